using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.Images.InMemory;

namespace Microsoft.ML.Snip.DataViews.Loading;

/// <summary>Reads all rows of a data set into memory, once and in order.</summary>
/// <param name="what">The name of the data set in messages.</param>
/// <param name="images">The image column.</param>
/// <param name="invalidImages">What happens to rows whose image cannot be read.</param>
/// <param name="clock">Measures how long reading takes.</param>
internal sealed class RowLoader(string what, ImageColumn images, InvalidImages invalidImages, TimeProvider clock)
{
    /// <summary>The number of rows between two checks for cancellation; checks are more frequent where files are decoded.</summary>
    public const int RowsBetweenChecks = 256;

    /// <summary>The time between two progress messages.</summary>
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromSeconds(5);

    /// <summary>Throws to stop the loading.</summary>
    public required Action CheckCancelled { get; init; }

    /// <summary>Receives warnings about the data, one sentence for each call.</summary>
    public required Action<string> Report { get; init; }

    /// <summary>Receives information for the user.</summary>
    public required Action<string> Inform { get; init; }

    /// <exception cref="FormatException">Images cannot be decoded, and are not to be skipped.</exception>
    /// <exception cref="InvalidOperationException">
    /// No row has a label and an image, or rows do not hold valid images and are not to be skipped.
    /// </exception>
    public ImageDataset Load(IDataView data, DataViewSchema.Column labelColumn, ClassLabels classes, Func<int, int> classOf)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([labelColumn, data.Schema[images.Name]]);
        var labelReader = new LabelReader(cursor, labelColumn);
        var pixelReader = PixelReader.Create(cursor, images);
        var pixels = new PixelCollector(images);
        var labels = new List<int>();
        var unreadable = new UnreadableImages();
        var intake = new ImageIntake(
            pixelReader,
            (label, raw) =>
            {
                labels.Add(label);
                pixels.Add(raw);
            },
            unreadable.Add);
        bool isSlow = images.Kind is ImageColumnKind.Image or ImageColumnKind.EncodedImage;
        long start = clock.GetTimestamp(), lastReport = start, labelled = 0, rows = 0;
        for (; cursor.MoveNext(); rows++)
        {
            if (rows % RowsBetweenChecks == 0 || (isSlow && intake.IsEmpty))
            {
                CheckCancelled();
                ReportProgress(rows, data.GetRowCount(), start, ref lastReport);
            }

            int key = labelReader.Read();
            if (key >= 0)
            {
                labelled++;
                intake.Take(classOf(key));
            }
        }

        intake.Flush();
        if (labelled == 0)
        {
            throw NoLabelledRows(what, labelColumn, rows);
        }

        if (labelled < rows)
        {
            Report($"{rows - labelled} of {rows} rows have a missing label in column '{labelColumn.Name}' and are skipped.");
        }

        if (unreadable.Count > 0)
        {
            Skip(unreadable, labelled);
        }

        if (pixelReader.TransparentCount > 0)
        {
            Report(
                $"{pixelReader.TransparentCount} of {rows} images have transparent parts; they are drawn on the background colour "
                + $"{images.Background} (Options.Background).");
        }

        return new ImageDataset(pixels.Shape, classes, [.. labels], pixels.Store) { SkippedCount = unreadable.Count };
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
