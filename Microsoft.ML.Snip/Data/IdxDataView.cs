using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Data;

/// <summary>
/// The pictures and labels of a pair of IDX files, as MNIST and its relatives come, read anew by each cursor: columns Image (a grey
/// <see cref="MLImage"/>) and Label (text).
/// </summary>
internal sealed class IdxDataView : IDataView
{
    private const int LabelValues = 256;

    private readonly IdxFile _images;
    private readonly IdxFile _labels;
    private readonly string[] _labelNames;

    private IdxDataView(IdxFile images, IdxFile labels, string[] labelNames)
    {
        _images = images;
        _labels = labels;
        _labelNames = labelNames;
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Image", new ImageDataViewType(images.Dimensions[1], images.Dimensions[2]));
        schema.AddColumn("Label", TextDataViewType.Instance);
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => false;

    /// <summary>Opens a data set: reads and checks the headers of both files.</summary>
    /// <param name="imagesPath">The file of pictures, compressed or not; for MNIST, <c>train-images-idx3-ubyte.gz</c>.</param>
    /// <param name="labelsPath">The file of labels, compressed or not; for MNIST, <c>train-labels-idx1-ubyte.gz</c>.</param>
    /// <param name="classNames">The labels' texts, that of label 0 first; if null, the labels' numbers.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="FormatException">A file is not in this format, or the two do not belong together.</exception>
    public static IdxDataView Open(string imagesPath, string labelsPath, string[]? classNames = null)
    {
        var images = IdxFile.Open(imagesPath, dimensionCount: 3, "pictures");
        var labels = IdxFile.Open(labelsPath, dimensionCount: 1, "labels");
        if (images.Count != labels.Count)
        {
            throw Contracts.ExceptDecode(
                $"'{imagesPath}' has {images.Count} pictures, '{labelsPath}' has {labels.Count} labels; each picture needs one.");
        }

        string[] names = classNames?.ToArray()
            ?? [.. Enumerable.Range(0, LabelValues).Select(label => label.ToString(CultureInfo.InvariantCulture))];
        return new IdxDataView(images, labels, names);
    }

    public long? GetRowCount() => _images.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        bool[] active = new bool[Schema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded)
        {
            active[column.Index] = true;
        }

        return new IdxCursor(Schema, active, _images, _labels, _labelNames);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
