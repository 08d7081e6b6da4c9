using System.Reflection;
using Microsoft.ML.Snip.DataViews;
using Microsoft.ML.Snip.Formats.Model;

namespace Microsoft.ML.Snip.Tests.Architecture;

/// <summary>
/// The library's folders show its architecture; these are the arrows that may be drawn between them (docs/architecture.md).
/// </summary>
[TestClass]
public class ArchitectureTests
{
    private static readonly Assembly Library = typeof(PrunedImageClassificationTrainer).Assembly;
    private static readonly SourceFolders Folders = new(Library);
    private static readonly FolderArrow[] Arrows = FolderArrows.Draw(Library, Folders);

    /// <summary>
    /// Which folders a folder may name; a row also stands for the folders inside that have no row of their own. The front door (the root,
    /// its options, the stages of a fit) may name all, and nothing names the root.
    /// </summary>
    internal static readonly Dictionary<string, string[]> MayName = new()
    {
        ["Images"] = [],
        ["Networks"] = ["Images"], // The shape of an image.
        ["Pruning"] = ["Networks"],
        ["Sparse"] = ["Networks"], // A sparse network is a definition with its kept weights.
        ["Reports"] = ["Images", "Networks", "Pruning"], // Images: what is kept pixel by pixel has an image's shape.
        ["Compaction"] = ["Images", "Networks", "Sparse"],
        ["Training"] = ["Images", "Networks", "Pruning", "Reports"], // Reports: the history of a training run is made while it runs.
        ["Formats"] = ["Images", "Networks", "Sparse", "Reports"], // Images: a model holds its classes and how pixels are normalised.
        ["Formats/Checkpoints"] = ["Pruning", "Reports", "Training", "Formats"],
        ["DataViews"] = ["Images", "Formats"],
        ["Engines/Managed"] = ["Images", "Networks", "Sparse"],
        ["Engines/Managed/Training"] = ["Images", "Networks", "Sparse", "Pruning", "Training", "Engines/Managed"],
        // Managed: predicts what was trained here, or trains what was scored here.
        ["Engines/Torch"] = [
            "Images", "Networks", "Sparse", "Pruning", "Pruning/Criteria", "Training", "Engines/Managed", "Engines/Managed/Training"],
        ["Pruning/Criteria"] = ["Pruning", "Engines/Torch/Modules", "Engines/Torch/Runtime"], // Scores are gradients that torch computes.
        ["Options"] = [
            "Images", "Networks", "Pruning", "Pruning/Criteria", "Reports", "Training", "Engines/Torch/UserModules"],
        ["Fitting"] = [
            "Images", "Networks", "Pruning", "Pruning/Criteria", "Sparse", "Reports", "Compaction", "Training", "Formats",
            "Formats/Checkpoints", "DataViews", "Engines/Managed", "Engines/Torch", "Options"],
    };

    [TestMethod]
    public void FoldersNameOnlyWhatTheyMayName()
    {
        string[] wrong = [.. Arrows.Where(arrow => !IsAllowed(arrow)).Select(arrow => arrow.ToString())];
        Assert.IsEmpty(wrong, string.Join(Environment.NewLine, wrong));
    }

    [TestMethod]
    public void EachArrowOfTheTableIsDrawn()
    {
        HashSet<(string, string)> drawn = [.. Arrows.SelectMany(arrow => RowsOf(arrow.To).Select(row => (RowOf(arrow.From), row)))];
        string[] idle = [.. MayName.SelectMany(row =>
            row.Value.Where(named => !drawn.Contains((row.Key, named))).Select(named => $"{row.Key} -> {named}"))];
        Assert.IsEmpty(idle, string.Join(Environment.NewLine, idle));
    }

    /// <summary>Each folder with files counts by itself, so that there is no circle inside a folder either.</summary>
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
    public void TheTableHasEveryFolder()
    {
        string[] rows = [.. Folders.All.Select(RowOf).Distinct()];
        CollectionAssert.AreEquivalent(MayName.Keys.Append(SourceFolders.Root).ToArray(), rows);
    }

    [TestMethod]
    public void TypesAreFoundInTheFolderTheirFileIsIn()
    {
        Assert.AreEqual("Options", Folders.Of(typeof(PrunedImageClassificationTrainer.Options)));
        Assert.AreEqual(SourceFolders.Root, Folders.Of(typeof(PrunedImageClassificationTrainer)));
        Assert.AreEqual("Reports", Folders.Of(typeof(PruningReport)));
        Assert.AreEqual("Networks", Folders.Of(typeof(NetworkArchitecture)), "an enumeration has no methods");
        Assert.AreEqual("Formats/Model", Folders.Of(typeof(ModelJson)), "part of it is generated");
        Assert.AreEqual("Networks", Folders.Of(typeof(NetworkDefinition)));
        Assert.AreEqual(
            "Networks/Conversion", Folders.Of(typeof(NetworkDefinition).GetMethod(nameof(NetworkDefinition.FromModule))!),
            "a part of a type");
        Assert.AreEqual("Engines/Torch/UserModules", Folders.Of(typeof(ModuleFactory)), "a delegate has no code");
    }

    /// <summary>
    /// TorchSharp is named where modules become layers, where connections are scored, and in the engine that trains with it.
    /// </summary>
    [TestMethod]
    public void OnlyThreeFoldersNameTorchSharp()
    {
        string[] places = ["Networks/Conversion", "Pruning/Criteria", "Engines/Torch"];
        string[] named = [.. Named(IsTorch).Where(mention => !Array.Exists(places, place => IsInside(mention.Folder, place)))
            .Select(mention => mention.Text)];
        Assert.IsEmpty(named, string.Join(Environment.NewLine, named));
        foreach (string place in places)
        {
            Assert.IsTrue(Named(IsTorch).Any(mention => IsInside(mention.Folder, place)), $"{place} no longer needs it");
        }
    }

    /// <summary>What ML.NET keeps to itself may change in any version of it; all of that is met in one folder.</summary>
    [TestMethod]
    public void OnlyDataViewsNamesInternalsOfMLNet()
    {
        string[] named = [..
            from type in Library.GetTypes()
            from method in TypeMentions.MethodsOf(type)
            let folder = Folders.Of(method)
            where folder is not null && !IsInside(folder, "DataViews")
            from member in Instructions.MembersNamedBy(method)
            where IsInternalOfMLNet(member)
            select $"{folder}: {type.Name}.{method.Name} names {member.DeclaringType?.Name}.{member.Name}"];
        Assert.IsEmpty(named, string.Join(Environment.NewLine, named));
        Assert.IsTrue(
            TypeMentions.MethodsOf(typeof(HostServices)).SelectMany(Instructions.MembersNamedBy)
            .Any(IsInternalOfMLNet), "the search finds something");
    }

    private static bool IsAllowed(FolderArrow arrow)
    {
        string from = RowOf(arrow.From);
        return from == SourceFolders.Root || from == RowOf(arrow.To) || MayName[from].Intersect(RowsOf(arrow.To)).Any();
    }

    /// <summary>The row that a folder falls under: its own, or that of the nearest folder around it.</summary>
    private static string RowOf(string folder) => MayName.Keys.Where(row => IsInside(folder, row)).MaxBy(row => row.Length) ?? folder;

    /// <summary>The entries of the table that stand for a folder: its row, and the folders of that row which it is inside.</summary>
    private static IEnumerable<string> RowsOf(string folder)
    {
        string row = RowOf(folder);
        return MayName.Values.SelectMany(entries => entries)
            .Where(entry => IsInside(folder, entry) && IsInside(entry, row))
            .Append(row)
            .Distinct();
    }

    private static bool IsInside(string folder, string outer) =>
        folder == outer || folder.StartsWith(outer + "/", StringComparison.Ordinal);

    private static IEnumerable<(string Folder, string Text)> Named(Func<Type, bool> test) =>
        from mention in FolderArrows.Mentions(Library, Folders)
        where test(mention.Named)
        select (mention.Folder, $"{mention.Folder}: {mention.Type} names {mention.Named}");

    private static bool IsTorch(Type type) => type.Assembly.GetName().Name!.StartsWith("TorchSharp", StringComparison.Ordinal);

    private static bool IsInternalOfMLNet(MemberInfo member)
    {
        Type? type = member as Type ?? member.DeclaringType;
        if (type is null || type.Assembly == Library || !type.Assembly.GetName().Name!.StartsWith("Microsoft.ML", StringComparison.Ordinal))
        {
            return false;
        }

        return !type.IsVisible || member switch
        {
            MethodBase method => !method.IsPublic && !method.IsFamily && !method.IsFamilyOrAssembly,
            FieldInfo field => !field.IsPublic && !field.IsFamily,
            _ => false,
        };
    }
}
