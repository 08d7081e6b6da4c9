using System.Reflection;
using Microsoft.ML.Snip.Formats;

namespace Microsoft.ML.Snip.Tests.Architecture;

/// <summary>The library's folders show its architecture; these are the arrows that may be drawn between them.</summary>
[TestClass]
public class ArchitectureTests
{
    private static readonly Assembly Library = typeof(PrunedImageClassificationTrainer).Assembly;
    private static readonly SourceFolders Folders = new(Library);
    private static readonly FolderArrow[] Arrows = FolderArrows.Draw(Library, Folders);

    /// <summary>Which folders, or which single types, a folder may name. The root may name all; none names the root.</summary>
    private static readonly Dictionary<string, string[]> MayName = new()
    {
        ["Data"] = [],
        ["Torch"] = [],
        ["Networks"] = ["Data", "Torch"], // Torch: a network takes the form of its convolutions that is right on this machine.
        ["Pruning"] = ["Networks", "Torch"],
        ["Reports"] = ["Networks", "Pruning", nameof(ImageShape)], // ImageShape: what is kept pixel by pixel has a picture's shape.
        ["Training"] = ["Data", "Networks", "Pruning", "Reports"], // Reports: the history of a training run is made while it runs.
        ["Sparse"] = ["Networks", nameof(ImageShape)], // ImageShape: a network's definition says the shape of its input.
        ["Compaction"] = ["Networks", "Pruning", "Sparse", nameof(ImageShape)],
        ["Modules"] = ["Networks", "Pruning", "Sparse", "Torch", nameof(ImageShape), "TorchRuntime"], // TorchRuntime: such modules predict through TorchSharp too.
        ["Formats"] = ["Data", "Networks", "Sparse", "Reports"], // Data: a model holds its classes and how pixels are normalised.
        ["Interop"] = ["Data", "Formats"], // Data: rows are read as pixels.
    };

    [TestMethod]
    public void FoldersNameOnlyWhatTheyMayName()
    {
        string[] wrong = [.. Arrows.Where(arrow => !IsAllowed(arrow)).Select(arrow => arrow.ToString())];
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    public void NoFolderReachesItself()
    {
        string[] circles = FolderArrows.OnCircles(Arrows);
        Assert.IsEmpty(circles, string.Join(", ", circles));
    }

    [TestMethod]
    public void ACircleOfFoldersWouldBeFound()
    {
        FolderArrow[] arrows = [new("A", "B", "", ""), new("B", "C", "", ""), new("C", "B", "", "")];
        CollectionAssert.AreEqual(new[] { "B", "C" }, FolderArrows.OnCircles(arrows));
    }

    [TestMethod]
    public void TheTableHasEveryFolder() =>
        CollectionAssert.AreEquivalent(MayName.Keys.Append(SourceFolders.Root).ToArray(), Folders.All.ToArray());

    [TestMethod]
    public void TypesAreFoundInTheFolderTheirFileIsIn()
    {
        Assert.AreEqual(SourceFolders.Root, Folders.Of(typeof(PrunedImageClassificationTrainer.Options)));
        Assert.AreEqual("Reports", Folders.Of(typeof(PruningReport)));
        Assert.AreEqual("Networks", Folders.Of(typeof(NetworkArchitecture)), "an enumeration has no methods");
        Assert.AreEqual("Formats", Folders.Of(typeof(ModelJson)), "part of it is generated");
    }

    private static bool IsAllowed(FolderArrow arrow) =>
        arrow.From == SourceFolders.Root || MayName[arrow.From].Contains(arrow.To) || MayName[arrow.From].Contains(arrow.Named);
}
