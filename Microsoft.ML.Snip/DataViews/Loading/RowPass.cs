using Microsoft.ML.Data;
using Microsoft.ML.Snip.DataViews.Columns;

namespace Microsoft.ML.Snip.DataViews.Loading;

/// <summary>Reads the labelled rows of a data view once, as often as it is asked to.</summary>
/// <param name="data">The rows.</param>
/// <param name="labels">The label column.</param>
/// <param name="weights">The column of example weights, or null.</param>
/// <param name="images">The image column.</param>
/// <param name="classOf">The class of a label's key.</param>
internal sealed class RowPass(
    IDataView data, DataViewSchema.Column labels, DataViewSchema.Column? weights, ImageColumn images, Func<int, int> classOf)
{
    /// <summary>The number of rows between two calls of the check; they are more frequent where files are decoded.</summary>
    public const int RowsBetweenChecks = 256;

    /// <summary>Reads the rows.</summary>
    /// <param name="order">Draws an order of the rows, if they can be read in any order; null for their own order.</param>
    /// <param name="add">Receives each row with a label and the raw values of its image, which it must copy.</param>
    /// <param name="fault">Receives the error of an image that cannot be read.</param>
    /// <param name="check">Receives the number of rows so far now and then; throws to stop.</param>
    public RowCounts Run(Random? order, Action<LabelledRow, float[]> add, Action<Exception> fault, Action<long> check)
    {
        DataViewSchema.Column[] columns = weights is { } column
            ? [labels, data.Schema[images.Name], column]
            : [labels, data.Schema[images.Name]];
        using DataViewRowCursor cursor = data.GetRowCursor(columns, order);
        var labelReader = new LabelReader(cursor, labels);
        WeightReader? weightReader = weights is { } weightColumn ? new WeightReader(cursor, weightColumn) : null;
        ValueGetter<DataViewRowId> idGetter = cursor.GetIdGetter();
        var pixelReader = PixelReader.Create(cursor, images);
        var intake = new ImageIntake(pixelReader, add, fault);
        bool isSlow = images.Kind is ImageColumnKind.Image or ImageColumnKind.EncodedImage;
        long rows = 0, labelled = 0;
        DataViewRowId id = default;
        for (; cursor.MoveNext(); rows++)
        {
            if (rows % RowsBetweenChecks == 0 || (isSlow && intake.IsEmpty))
            {
                check(rows);
            }

            int key = labelReader.Read();
            if (key >= 0)
            {
                labelled++;
                idGetter(ref id);
                intake.Take(new LabelledRow(classOf(key), weightReader?.Read() ?? 1, id));
            }
        }

        intake.Flush();
        return new RowCounts(rows, labelled, pixelReader.TransparentCount);
    }
}

/// <summary>What a pass has found.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="Labelled">The number of rows with a label.</param>
/// <param name="Transparent">The number of images with transparent parts.</param>
internal readonly record struct RowCounts(long Rows, long Labelled, int Transparent);
