namespace Microsoft.ML.Snip.Tests.Samples;

/// <summary>The program for pictures in folders says in one line what it cannot work with.</summary>
[TestClass]
public class ImageFolderTests
{
    [TestMethod]
    public void AFolderThatDoesNotExist() => Refuses("no-such-folder", "no-such-folder");

    [TestMethod]
    public void MoreThanOneFolder() => Refuses("one folder", "one", "another");

    [TestMethod]
    public void AFolderWithoutPictures()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        Refuses(folder.FullName, folder.FullName);
        folder.Delete();
    }

    private static void Refuses(string says, params string[] arguments) =>
        ProcessRun.Dotnet([BuildPaths.Of("ImageFolder"), .. arguments]).RequireRefusal(says);
}
