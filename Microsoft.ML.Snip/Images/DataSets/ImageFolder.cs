using Microsoft.ML.Snip.Images.Decoding;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>Images in a folder with a subfolder for each class.</summary>
internal static class ImageFolder
{
    private const int MaxNamed = 5;

    private static readonly HashSet<string> NamesOfParts = new(StringComparer.OrdinalIgnoreCase)
    {
        "train", "training", "test", "testing", "val", "valid", "validation", "eval", "holdout",
    };

    /// <summary>Lists the images, class by class, without reading them.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="inform">Receives a message about skipped files.</param>
    /// <param name="warn">Receives warnings.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or it has no subfolders.</exception>
    /// <exception cref="FileNotFoundException">No subfolder holds images.</exception>
    public static ImageFileSource Open(string folder, Action<string> inform, Action<string> warn)
    {
        string[] classes = Folders.Subfolders(folder);
        if (classes.Length == 0)
        {
            throw new DirectoryNotFoundException($"Folder '{folder}' has no subfolders; expected one for each class, with its images.");
        }

        var leftOut = new LeftOutFiles(folder);
        ImageListing[] listings = Array.ConvertAll(classes, path => ImageListing.Of(path, leftOut));
        if (leftOut.Describe() is { } message)
        {
            Action<string> report = leftOut.HasImages ? warn : inform;
            report(message);
        }

        if (Array.TrueForAll(listings, listing => listing.Paths.Length == 0))
        {
            throw new FileNotFoundException($"There is no image ({ImageFormat.Readable}) in the subfolders of '{folder}'.", folder);
        }

        WarnOfEmptyClasses(folder, classes, listings, warn);
        WarnOfParts(folder, classes, listings, warn);
        return new ImageFileSource(
            [.. classes
                .Zip(listings, (path, listing) => listing.Paths.Select(image => new ImageFile(image, Path.GetFileName(path))))
                .SelectMany(files => files)],
            new ImageDataViewType());
    }

    private static void WarnOfEmptyClasses(string folder, string[] classes, ImageListing[] listings, Action<string> warn)
    {
        string[] empty = [.. classes.Where((_, index) => listings[index].Paths.Length == 0)];
        if (empty.Length > 0)
        {
            warn($"Subfolders without images, which give no class: {Names(empty)} in '{folder}'.");
        }
    }

    /// <summary>
    /// If the subfolders are the parts of a data set (train, test), a network would learn to classify the parts instead of the classes.
    /// </summary>
    private static void WarnOfParts(string folder, string[] classes, ImageListing[] listings, Action<string> warn)
    {
        string[] filled = [.. classes.Where((_, index) => listings[index].Paths.Length > 0)];
        string[] deep =
            [.. classes.Where((_, index) => listings[index].Branches is [not "", _, ..] branches && !branches.Contains(string.Empty))];
        if (deep.Length > 0 && (deep.Length == filled.Length || Array.Exists(deep, path => NamesOfParts.Contains(Path.GetFileName(path)))))
        {
            warn(
                $"The classes are {Names(filled)}, the subfolders of '{folder}', but all images of {Names(deep)} are in several "
                + "subfolders of theirs. If those are the classes, load each parent folder separately.");
        }
    }

    private static string Names(string[] paths) =>
        string.Join(", ", paths.Take(MaxNamed).Select(path => $"'{Path.GetFileName(path)}'"))
        + (paths.Length > MaxNamed ? $" and {paths.Length - MaxNamed} more" : string.Empty);
}
