using Microsoft.ML.Snip.Formats;

namespace Microsoft.ML.Snip.Tests.Formats;

[TestClass]
public sealed class AtomicFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("snip");

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    [TestMethod]
    public void A_saved_model_is_one_file_that_can_be_saved_over()
    {
        ModelFile.WriteAtomically(PathOf("model.snip"), SampleModels.Draw(new Random(1)));
        SnipModel second = SampleModels.Draw(new Random(2));
        ModelFile.WriteAtomically(PathOf("model.snip"), second);
        CollectionAssert.AreEqual(SampleModels.Write(second), File.ReadAllBytes(PathOf("model.snip")));
        CollectionAssert.AreEqual(SampleModels.Write(second), SampleModels.Write(ModelFile.Read(PathOf("model.snip"))));
        Assert.HasCount(1, _folder.GetFileSystemInfos());
    }

    [TestMethod]
    public void A_save_that_fails_half_way_leaves_the_old_file_and_nothing_else()
    {
        File.WriteAllText(PathOf("model.snip"), "old");
        Assert.ThrowsExactly<IOException>(() => AtomicFile.Write(PathOf("model.snip"), stream =>
        {
            stream.Write([1, 2, 3]);
            throw new IOException("The disk is full.");
        }));
        Assert.AreEqual("old", File.ReadAllText(PathOf("model.snip")));
        Assert.HasCount(1, _folder.GetFileSystemInfos());
    }

    [TestMethod]
    public void A_save_that_cannot_be_renamed_leaves_nothing()
    {
        _folder.CreateSubdirectory("model.snip");
        Exception? exception = null;
        try
        {
            ModelFile.WriteAtomically(PathOf("model.snip"), SampleModels.Draw(new Random(1)));
        }
        catch (Exception caught) when (caught is IOException or UnauthorizedAccessException)
        {
            exception = caught;
        }

        Assert.IsNotNull(exception);
        Assert.HasCount(1, _folder.GetFileSystemInfos());
    }

    [TestMethod]
    public void A_missing_folder_is_said_to_be_missing() => Assert.ThrowsExactly<DirectoryNotFoundException>(
        () => ModelFile.WriteAtomically(PathOf(Path.Combine("missing", "model.snip")), SampleModels.Draw(new Random(1))));

    [TestMethod]
    public void A_path_may_be_relative_to_the_working_directory()
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, PathOf("model.snip"));
        ModelFile.WriteAtomically(relative, SampleModels.Draw(new Random(1)));
        Assert.IsTrue(File.Exists(PathOf("model.snip")));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_link_stays_a_link()
    {
        File.WriteAllText(PathOf("target.snip"), "old");
        File.CreateSymbolicLink(PathOf("model.snip"), PathOf("target.snip"));
        AtomicFile.Write(PathOf("model.snip"), stream => stream.Write("new"u8));
        Assert.IsNotNull(new FileInfo(PathOf("model.snip")).LinkTarget);
        Assert.AreEqual("new", File.ReadAllText(PathOf("target.snip")));
    }

    [TestMethod]
    public void A_file_that_is_no_model_is_named()
    {
        File.WriteAllText(PathOf("notes.txt"), "no model");
        FormatException exception = Assert.ThrowsExactly<FormatException>(() => ModelFile.Read(PathOf("notes.txt")));
        StringAssert.Contains(exception.Message, PathOf("notes.txt"));
    }
}
