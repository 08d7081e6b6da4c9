using System.Globalization;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>The grey images and labels of a pair of IDX files, the format of MNIST and similar data sets.</summary>
internal sealed class IdxSource : ImageSource
{
    private const int LabelValues = 256;

    private readonly IdxFile _images;
    private readonly IdxFile _labels;
    private readonly string[] _labelNames;

    private IdxSource(IdxFile images, IdxFile labels, string[] labelNames)
    {
        _images = images;
        _labels = labels;
        _labelNames = labelNames;
        ImageType = new ImageDataViewType(images.Dimensions[1], images.Dimensions[2]);
    }

    public override int Count => _images.Count;

    public override ImageDataViewType ImageType { get; }

    /// <summary>False: compressed files can be read only from the first row on.</summary>
    public override bool IsRandomAccess => false;

    /// <summary>Opens a data set: reads and checks the headers of both files.</summary>
    /// <param name="imagesPath">The file of images, compressed or not; for MNIST, <c>train-images-idx3-ubyte.gz</c>.</param>
    /// <param name="labelsPath">The file of labels, compressed or not; for MNIST, <c>train-labels-idx1-ubyte.gz</c>.</param>
    /// <param name="classNames">The names of the labels, starting with label 0; null to use the labels' numbers.</param>
    /// <exception cref="ArgumentException">A class name is missing or occurs twice.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="FormatException">A file is not in this format, or the two have different numbers of rows.</exception>
    public static IdxSource Open(string imagesPath, string labelsPath, string[]? classNames = null)
    {
        var images = IdxFile.Open(imagesPath, dimensionCount: 3, "images");
        var labels = IdxFile.Open(labelsPath, dimensionCount: 1, "labels");
        if (images.Count != labels.Count)
        {
            throw new FormatException(
                $"'{imagesPath}' has {images.Count} images, '{labelsPath}' has {labels.Count} labels; each image needs one label.");
        }

        string[] names = classNames?.ToArray()
            ?? [.. Enumerable.Range(0, LabelValues).Select(label => label.ToString(CultureInfo.InvariantCulture))];
        CheckNames(names, nameof(classNames));
        return new IdxSource(images, labels, names);
    }

    public override ImageReader Open(bool images, bool labels) =>
        new IdxReader(images ? _images : null, labels ? _labels : null, _labelNames);

    /// <summary>
    /// A key column would merge two classes with the same name, and would treat a class without a name as a missing label.
    /// </summary>
    private static void CheckNames(string[] names, string parameter)
    {
        var classOfName = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int label = 0; label < names.Length; label++)
        {
            if (string.IsNullOrEmpty(names[label]))
            {
                throw new ArgumentException($"Each class needs a different name; class {label} has no name.", parameter);
            }

            if (!classOfName.TryAdd(names[label], label))
            {
                throw new ArgumentException(
                    $"Each class needs a different name; classes {classOfName[names[label]]} and {label} are both named '{names[label]}'.",
                    parameter);
            }
        }
    }
}
