using System.Globalization;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>The grey pictures and the labels of a pair of IDX files, as MNIST and its relatives come.</summary>
internal sealed class IdxSource : PictureSource
{
    private const int LabelValues = 256;

    private readonly IdxFile _pictures;
    private readonly IdxFile _labels;
    private readonly string[] _labelNames;

    private IdxSource(IdxFile pictures, IdxFile labels, string[] labelNames)
    {
        _pictures = pictures;
        _labels = labels;
        _labelNames = labelNames;
        ImageType = new ImageDataViewType(pictures.Dimensions[1], pictures.Dimensions[2]);
    }

    public override int Count => _pictures.Count;

    public override ImageDataViewType ImageType { get; }

    /// <summary>False: compressed files can be read from the first row on only.</summary>
    public override bool IsRandomAccess => false;

    /// <summary>Opens a data set: reads and checks the headers of both files.</summary>
    /// <param name="picturesPath">The file of pictures, compressed or not; for MNIST, <c>train-images-idx3-ubyte.gz</c>.</param>
    /// <param name="labelsPath">The file of labels, compressed or not; for MNIST, <c>train-labels-idx1-ubyte.gz</c>.</param>
    /// <param name="classNames">The labels' texts, that of label 0 first; if null, the labels' numbers.</param>
    /// <exception cref="ArgumentException">A class name is missing or occurs twice.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="FormatException">A file is not in this format, or the two do not belong together.</exception>
    public static IdxSource Open(string picturesPath, string labelsPath, string[]? classNames = null)
    {
        var pictures = IdxFile.Open(picturesPath, dimensionCount: 3, "pictures");
        var labels = IdxFile.Open(labelsPath, dimensionCount: 1, "labels");
        if (pictures.Count != labels.Count)
        {
            throw new FormatException(
                $"'{picturesPath}' has {pictures.Count} pictures, '{labelsPath}' has {labels.Count} labels; each picture needs one.");
        }

        string[] names = classNames?.ToArray()
            ?? [.. Enumerable.Range(0, LabelValues).Select(label => label.ToString(CultureInfo.InvariantCulture))];
        CheckNames(names, nameof(classNames));
        return new IdxSource(pictures, labels, names);
    }

    public override PictureReader Open(bool pictures, bool labels) =>
        new IdxReader(pictures ? _pictures : null, labels ? _labels : null, _labelNames);

    /// <summary>Of two classes with one name a key column would make one, and a class without a name is a missing label to it.</summary>
    private static void CheckNames(string[] names, string parameter)
    {
        var classOfName = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int label = 0; label < names.Length; label++)
        {
            if (string.IsNullOrEmpty(names[label]))
            {
                throw new ArgumentException($"Each class needs a name of its own; class {label} has no name.", parameter);
            }

            if (!classOfName.TryAdd(names[label], label))
            {
                throw new ArgumentException(
                    $"Each class needs a name of its own; classes {classOfName[names[label]]} and {label} are both named '{names[label]}'.", parameter);
            }
        }
    }
}
