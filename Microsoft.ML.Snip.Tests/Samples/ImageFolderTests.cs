using Microsoft.ML.Snip.Tests.Images.DataSets;

namespace Microsoft.ML.Snip.Tests.Samples;

/// <summary>The program for images in folders says in one line what it cannot work with.</summary>
[TestClass]
public class ImageFolderTests
{
    [TestMethod]
    public void AFolderThatDoesNotExist() => Refuses("no-such-folder", "no-such-folder");

    [TestMethod]
    public void MoreThanOneFolder() => Refuses("one folder", "one", "another");

    [TestMethod]
    public void AFolderWithoutImages()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory();
        Refuses(folder.FullName, folder.FullName);
        folder.Delete();
    }

    [TestMethod]
    public void AnOption() => Refuses("usage", "--folder");

    [TestMethod]
    public void HelpIsNoFault()
    {
        ProcessRun run = ProcessRun.Dotnet(BuildPaths.Of("ImageFolder"), "--help");
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        StringAssert.Contains(run.Output, "usage");
    }

    [TestMethod]
    public void ImagesOfOneClassOnly()
    {
        using var folder = new DataFolder();
        WriteClass(folder, "cat");
        Refuses("1 class", folder.Path);
    }

    [TestMethod]
    public void AFileThatIsNoImage()
    {
        using var folder = new DataFolder();
        WriteClass(folder, "cat");
        WriteClass(folder, "dog");
        for (int number = 0; number < 20; number++)
        {
            folder.WriteLines($"cat/broken{number}.png", "no image");
        }

        Refuses("not an image", folder.Path);
    }

    [TestMethod]
    public void AnyImagesAreLearned()
    {
        using var folder = new DataFolder();
        WriteClass(folder, "cat");
        WriteClass(folder, "dog");
        ProcessRun run = ProcessRun.Dotnet(BuildPaths.Of("ImageFolder"), folder.Path);
        Assert.AreEqual(0, run.ExitCode, run.Errors);
        StringAssert.Contains(run.Output, "40 images");
        Assert.HasCount(3, run.Output.TrimEnd().Split('\n'), "an image of each class is shown");
    }

    private static void WriteClass(DataFolder folder, string name)
    {
        for (int number = 0; number < 20; number++)
        {
            folder.WriteImage($"{name}/{number}.jpg", (number * 0x0A0A0A) + name[0], side: 30);
        }
    }

    private static void Refuses(string says, params string[] arguments) =>
        ProcessRun.Dotnet([BuildPaths.Of("ImageFolder"), .. arguments]).RequireRefusal(says);
}
