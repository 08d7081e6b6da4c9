using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>
/// Tiny ImageNet in the layout of its archive: wnids.txt lists the WordNet ids of the classes, <c>train/ID/images</c> holds the training
/// images of a class, <c>val/images</c> the held-out images, whose classes are in <c>val/val_annotations.txt</c>; words.txt has names for
/// WordNet ids.
/// </summary>
internal static class TinyImageNet
{
    private static readonly ImageDataViewType ImageType = new(64, 64);

    /// <summary>Lists the images of a part without reading them.</summary>
    /// <exception cref="DirectoryNotFoundException">A folder is missing.</exception>
    /// <exception cref="FileNotFoundException">
    /// A file or an image listed in the annotations is missing, or a class has no images.
    /// </exception>
    /// <exception cref="FormatException">A text file does not have the expected format.</exception>
    public static ImageFileSource Open(string folder, DatasetPart part)
    {
        Folders.CheckExists(folder);
        string[] ids = ReadIds(Path.Combine(folder, "wnids.txt"));
        Dictionary<string, string> names = WordNetNames.Read(Path.Combine(folder, "words.txt"), ids);
        IEnumerable<ImageFile> files = part == DatasetPart.Training
            ? ids.SelectMany(
                id => Folders.Images(Path.Combine(folder, "train", id, "images")).Select(path => new ImageFile(path, names[id])))
            : TinyImageNetAnnotations.Read(Path.Combine(folder, "val"), names);
        return new ImageFileSource([.. files], ImageType);
    }

    private static string[] ReadIds(string path)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no file '{path}'; it lists the classes of Tiny ImageNet.", path);
        }

        string[] ids = [.. File.ReadLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
        return ids.Length > 0 && ids.Distinct(StringComparer.Ordinal).Count() == ids.Length
            ? ids
            : throw new FormatException(
                $"'{path}' has {ids.Length} lines, {ids.Distinct(StringComparer.Ordinal).Count()} of them different; expected a different "
                + "class on each line.");
    }
}
