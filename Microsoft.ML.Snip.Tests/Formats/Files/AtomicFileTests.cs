using System.Diagnostics;
using System.Runtime.Versioning;
using Microsoft.ML.Snip.Formats.Files;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Tests.Formats.Model;

namespace Microsoft.ML.Snip.Tests.Formats.Files;

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
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_link_to_another_folder_and_one_to_nothing_yet_are_written_through()
    {
        string elsewhere = _folder.CreateSubdirectory("elsewhere").FullName;
        File.CreateSymbolicLink(PathOf("second.snip"), Path.Combine(elsewhere, "target.snip"));
        File.CreateSymbolicLink(PathOf("first.snip"), "second.snip");
        AtomicFile.Write(PathOf("first.snip"), stream => stream.Write("one"u8));
        AtomicFile.Write(PathOf("first.snip"), stream => stream.Write("two"u8));
        Assert.AreEqual("two", File.ReadAllText(Path.Combine(elsewhere, "target.snip")));
        Assert.AreEqual("second.snip", new FileInfo(PathOf("first.snip")).LinkTarget);
        Assert.HasCount(1, Directory.GetFileSystemEntries(elsewhere));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    [SupportedOSPlatform("linux")]
    public void The_mode_of_a_file_stays()
    {
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherWrite;
        File.WriteAllText(PathOf("model.snip"), "old");
        File.SetUnixFileMode(PathOf("model.snip"), Mode);
        AtomicFile.Write(PathOf("model.snip"), stream => stream.Write("new"u8));
        Assert.AreEqual("new", File.ReadAllText(PathOf("model.snip")));
        Assert.AreEqual(Mode, File.GetUnixFileMode(PathOf("model.snip")));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public async Task A_pipe_is_written_into()
    {
        MakeNode("p");
        Task<byte[]> reading = Task.Run(() => File.ReadAllBytes(PathOf("node")));
        SnipModel model = SampleModels.Draw(new Random(1));
        await Task.Run(() => ModelFile.WriteAtomically(PathOf("node"), model));
        CollectionAssert.AreEqual(SampleModels.Write(model), await reading);
        Assert.HasCount(1, _folder.GetFileSystemInfos());
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_device_stays_a_device()
    {
        MakeNode("c 1 3"); // Another /dev/null.
        ModelFile.WriteAtomically(PathOf("node"), SampleModels.Draw(new Random(1)));
        Assert.IsEmpty(File.ReadAllBytes(PathOf("node")));
        Assert.HasCount(1, _folder.GetFileSystemInfos());
    }

    [TestMethod]
    public void An_empty_file_is_written_over()
    {
        File.WriteAllText(PathOf("model.snip"), string.Empty);
        AtomicFile.Write(PathOf("model.snip"), stream => stream.Write("new"u8));
        Assert.AreEqual("new", File.ReadAllText(PathOf("model.snip")));
    }

    [TestMethod]
    public void A_file_that_is_being_read_can_be_written_over()
    {
        File.WriteAllText(PathOf("model.snip"), "old");
        using FileStream reader = new(PathOf("model.snip"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        AtomicFile.Write(PathOf("model.snip"), stream => stream.Write("new"u8));
        Assert.AreEqual("new", File.ReadAllText(PathOf("model.snip")));
        Assert.AreEqual('o', reader.ReadByte());
    }

    [TestMethod]
    [DataRow('m', 255)]
    [DataRow('\u6f22', 85)]
    public void The_longest_names_can_be_saved_to(char letter, int length)
    {
        string name = new(letter, length);
        AtomicFile.Write(PathOf(name), stream => stream.Write("new"u8));
        Assert.AreEqual("new", File.ReadAllText(PathOf(name)));
        Assert.HasCount(1, _folder.GetFileSystemInfos());
    }

    [TestMethod]
    public void While_a_file_is_written_its_other_name_is_hidden_and_locked()
    {
        AtomicFile.Write(PathOf("model.snip"), stream =>
        {
            FileInfo temporary = _folder.GetFiles().Single();
            StringAssert.StartsWith(temporary.Name, ".model.snip.");
            File.SetLastWriteTimeUtc(temporary.FullName, DateTime.UtcNow.AddDays(-1));
            AtomicFile.Write(PathOf("model.snip"), other => other.Write("other"u8));
            stream.Write("new"u8);
        });
        Assert.AreEqual("new", File.ReadAllText(PathOf("model.snip")));
        Assert.HasCount(1, _folder.GetFileSystemInfos());
    }

    [TestMethod]
    public void What_a_killed_save_left_is_removed_by_the_next_one_to_that_name()
    {
        string[] abandoned =
            [".model.snip.01234567.snip-tmp", ".other.snip.01234567.snip-tmp", ".model.snip.snip-tmp", ".model.snip.89abcdef.snip-tmp"];
        foreach (string name in abandoned)
        {
            File.WriteAllText(PathOf(name), "half");
        }

        foreach (string name in abandoned[..^1])
        {
            File.SetLastWriteTimeUtc(PathOf(name), DateTime.UtcNow.AddMinutes(-1));
        }

        AtomicFile.Write(PathOf("model.snip"), stream => stream.Write("new"u8));
        CollectionAssert.AreEquivalent(
            abandoned[1..].Append("model.snip").ToArray(), _folder.GetFiles().Select(file => file.Name).ToArray());
    }

    [TestMethod]
    public void Saves_at_the_same_time_leave_one_of_them_whole()
    {
        Parallel.For(0, 40, new ParallelOptions { MaxDegreeOfParallelism = 4 }, number =>
            AtomicFile.Write(PathOf("model.snip"), stream => stream.Write(Enumerable.Repeat((byte)number, 10_000).ToArray())));
        byte[] content = File.ReadAllBytes(PathOf("model.snip"));
        Assert.HasCount(10_000, content);
        Assert.IsTrue(content.All(value => value == content[0]));
        Assert.HasCount(1, _folder.GetFileSystemInfos());
    }

    [TestMethod]
    public void A_file_that_is_no_model_is_named()
    {
        File.WriteAllText(PathOf("notes.txt"), "no model");
        FormatException exception = Assert.ThrowsExactly<FormatException>(() => ModelFile.Read(PathOf("notes.txt")));
        StringAssert.Contains(exception.Message, PathOf("notes.txt"));
    }

    /// <summary>A pipe or a device called <c>node</c>; where neither may be made, there is nothing to test.</summary>
    private void MakeNode(string kind)
    {
        using var process = Process.Start("mknod", $"{PathOf("node")} {kind}");
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            Assert.Inconclusive($"No node of kind '{kind}' may be made here.");
        }
    }
}
