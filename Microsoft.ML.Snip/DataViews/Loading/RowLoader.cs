using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.Images.Examples;

namespace Microsoft.ML.Snip.DataViews.Loading;

/// <summary>
/// Reads all rows of a data set in order: into memory, or, if its images do not fit, only its labels.
/// </summary>
/// <param name="what">The name of the data set in messages.</param>
/// <param name="images">The image column.</param>
/// <param name="invalidImages">What happens to rows whose image cannot be read.</param>
/// <param name="clock">Measures how long reading takes.</param>
internal sealed class RowLoader(string what, ImageColumn images, InvalidImages invalidImages, TimeProvider clock)
{
    /// <summary>Above this fraction of rows with the class of the row before, rows are taken for sorted by class.</summary>
    private const double SortedShare = 0.9;

    /// <summary>The time between two progress messages.</summary>
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    /// <summary>Throws to stop the loading.</summary>
    public required Action CheckCancelled { get; init; }

    /// <summary>Receives warnings about the data, one sentence for each call.</summary>
    public required Action<string> Report { get; init; }

    /// <summary>Receives information for the user.</summary>
    public required Action<string> Inform { get; init; }

    /// <summary>The memory for the images, in bytes.</summary>
    public long MaxBytes { get; init; } = long.MaxValue;

    /// <summary>The name of the column of example weights, or null.</summary>
    public string? WeightColumnName { get; init; }

    /// <exception cref="FormatException">Images cannot be decoded, and are not to be skipped.</exception>
    /// <exception cref="InvalidOperationException">
    /// No row has a label and an image, or rows do not hold valid images and are not to be skipped.
    /// </exception>
    public ImageDataset Load(IDataView data, DataViewSchema.Column labelColumn, ClassLabels classes, Func<int, int> classOf)
    {
        DataViewSchema.Column? weightColumn = WeightColumnName is null ? null : WeightReader.Find(data.Schema, WeightColumnName);
        var pass = new RowPass(data, labelColumn, weightColumn, images, classOf);
        var pixels = new PixelCollector(images, MaxBytes);
        List<LabelledRow> rows = [];
        var unreadable = new UnreadableImages();
        long start = clock.GetTimestamp(), lastReport = start;
        RowCounts counts = pass.Run(
            order: null,
            (row, raw) =>
            {
                rows.Add(row);
                pixels.Add(raw);
            },
            unreadable.Add,
            read =>
            {
                CheckCancelled();
                ReportProgress(read, data.GetRowCount(), start, ref lastReport);
            });
        ReportCounts(counts, unreadable, labelColumn);
        int[] labels = [.. rows.Select(row => row.Label)];
        float[]? weights = weightColumn is null ? null : [.. rows.Select(row => row.Weight)];
        if (weights is not null && weights.All(weight => weight == 0))
        {
            throw Contracts.Except($"All example weights in column '{WeightColumnName}' are 0.");
        }

        if (pixels.Store is { } store)
        {
            return new ImageDataset(pixels.Shape, classes, labels, store) { SkippedCount = unreadable.Count, Weights = weights };
        }

        ReportStream(data.CanShuffle, labels, pixels);
        DataViewRowId[]? ids = data.CanShuffle ? [.. rows.Select(row => row.Id)] : null;
        var stream = new StreamedPixels(
            new RowStream(what, pass, ids, labels, pixels.Shape.Count), images.HasByteValues, pixels.Statistics!.ToChannels(), MaxBytes);
        return new ImageDataset(pixels.Shape, classes, labels, stream) { SkippedCount = unreadable.Count, Weights = weights };
    }

    private void ReportCounts(RowCounts counts, UnreadableImages unreadable, DataViewSchema.Column labelColumn)
    {
        if (counts.Labelled == 0)
        {
            throw NoLabelledRows(what, labelColumn, counts.Rows);
        }

        if (counts.Labelled < counts.Rows)
        {
            Report(
                $"{counts.Rows - counts.Labelled} of {counts.Rows} rows have a missing label in column '{labelColumn.Name}' and are "
                + "skipped.");
        }

        if (unreadable.Count > 0)
        {
            Skip(unreadable, counts.Labelled);
        }

        if (counts.Transparent > 0)
        {
            Report(
                $"{counts.Transparent} of {counts.Rows} images have transparent parts; they are drawn on the background colour "
                + $"{images.Background} (Options.Background).");
        }
    }

    /// <summary>Says that images are read again for each pass, and warns if an order of the rows cannot be mixed.</summary>
    private void ReportStream(bool canShuffle, int[] labels, PixelCollector pixels)
    {
        Inform(FormattableString.Invariant(
            $"The {labels.Length} images of the {what} need {pixels.NeededBytes / (double)(1 << 20):F0} MB and do not fit into ")
            + $"CacheMegabytes ({MaxBytes >> 20}): they are read again for each pass"
            + (canShuffle ? ", in a random order." : " and mixed in a buffer of that size."));
        double repeats = Enumerable.Range(1, labels.Length - 1).Count(row => labels[row] == labels[row - 1]) / (double)labels.Length;
        if (!canShuffle && repeats > SortedShare)
        {
            Report(
                $"The rows of the {what} are sorted by class and can be read in this order only, so that a batch has few classes. Order "
                + "the rows at random, or increase CacheMegabytes.");
        }
    }

    public static Exception NoLabelledRows(string what, DataViewSchema.Column labelColumn, long rows) => Contracts.Except(
        rows == 0
            ? $"The {what} has no rows."
            : $"The {what} has no labelled row: all {rows} have a missing label in column '{labelColumn.Name}'.");

    private void Skip(UnreadableImages unreadable, long labelled)
    {
        if (invalidImages == InvalidImages.Fail || unreadable.Count == labelled)
        {
            throw unreadable.ToException(what, labelled);
        }

        Report($"{unreadable.Describe(what, labelled)} They are skipped.");
    }

    private void ReportProgress(long rows, long? all, long start, ref long lastReport)
    {
        long now = clock.GetTimestamp();
        if (clock.GetElapsedTime(lastReport, now) >= ProgressInterval)
        {
            lastReport = now;
            string of = all is null ? string.Empty : $" of {all}";
            Inform(FormattableString.Invariant(
                $"Read {rows}{of} rows of the {what}, {rows / clock.GetElapsedTime(start, now).TotalSeconds:F1} a second."));
        }
    }
}
