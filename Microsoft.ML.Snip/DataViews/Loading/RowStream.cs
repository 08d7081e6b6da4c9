using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.Images.Examples;

namespace Microsoft.ML.Snip.DataViews.Loading;

/// <summary>Reads the images of a data set that is too large for memory again from its rows.</summary>
/// <param name="what">The name of the data set in messages.</param>
/// <param name="pass">Reads the rows.</param>
/// <param name="rows">What identifies each row with a label and an image; null if rows can be read in their own order only.</param>
/// <param name="labels">The class of each of these rows.</param>
/// <param name="imageLength">The number of values of an image: all that are read, or those of the first, grey channel.</param>
internal sealed class RowStream(string what, RowPass pass, DataViewRowId[]? rows, int[] labels, int imageLength) : IImagePasses
{
    private readonly Dictionary<DataViewRowId, int>? _indexOf = rows?.Index().ToDictionary(entry => entry.Item, entry => entry.Index);

    public void Read(Random? order, ImageTaker take, Action check)
    {
        int next = 0;
        pass.Run(
            _indexOf is null ? null : order,
            (row, raw) =>
            {
                int index = IndexOf(row, next++);
                take(index, raw.AsSpan(0, imageLength));
            },
            fault: _ => { }, // The first pass has told it, and the row was skipped.
            _ => check());
        if (next != labels.Length)
        {
            throw Changed($"{next} rows with a label and an image instead of {labels.Length}");
        }
    }

    private int IndexOf(LabelledRow row, int next)
    {
        int index = next;
        if (_indexOf is not null && !_indexOf.TryGetValue(row.Id, out index))
        {
            throw Changed("another row");
        }

        return index < labels.Length && labels[index] == row.Label ? index : throw Changed("another order of the labels");
    }

    private Exception Changed(string found) => Contracts.Except(
        $"The {what} does not fit into CacheMegabytes and is read again for each pass, and a later pass has found {found}. Its rows must "
        + "be the same each time, and in the same order.");
}
