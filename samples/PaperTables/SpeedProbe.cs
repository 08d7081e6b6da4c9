using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Snip;

namespace PaperTables;

/// <summary>What a fit takes on this machine.</summary>
/// <param name="Start">Until the first training step is done: reading, scoring the connections, drawing weights.</param>
/// <param name="ImagesPerSecond">Training images in a second from then on.</param>
internal sealed record Speed(TimeSpan Start, double ImagesPerSecond);

/// <summary>Measures the speed by a fit that is cancelled as soon as it is known.</summary>
internal static class SpeedProbe
{
    public static Speed Measure(PrunedImageClassificationTrainer.Options options, IDataView images, TimeSpan limit)
    {
        using var enough = new CancellationTokenSource();
        var watch = new Watch(limit, enough);
        options.Epochs = 10_000;
        options.Progress = watch;
        options.CancellationToken = enough.Token;
        try
        {
            Training.Fit(images, options);
        }
        catch (OperationCanceledException)
        {
            // As planned.
        }

        return new Speed(watch.Start, watch.ImagesPerSecond);
    }

    /// <summary>
    /// Counts from the end of the first batch, which is slower than the others, unless that alone took the time there is.
    /// </summary>
    private sealed class Watch(TimeSpan limit, CancellationTokenSource enough) : IProgress<TrainingProgress>
    {
        private readonly Stopwatch _clock = Stopwatch.StartNew();
        private int _batches;

        public TimeSpan Start { get; private set; }

        public double ImagesPerSecond { get; private set; }

        public void Report(TrainingProgress value)
        {
            if (Start == TimeSpan.Zero)
            {
                Start = _clock.Elapsed;
                ImagesPerSecond = value.ImagesPerSecond;
            }
            else
            {
                _batches++;
                ImagesPerSecond = _batches * Training.BatchSize / (_clock.Elapsed - Start).TotalSeconds;
            }

            if (_clock.Elapsed - Start > limit || Training.BatchSize / ImagesPerSecond > limit.TotalSeconds)
            {
                enough.Cancel();
            }
        }
    }
}
