using System.Globalization;
using Microsoft.ML.Snip;
using Spectre.Console;

namespace QuickStart;

/// <summary>Shows training as a live progress bar, or as a plain line an epoch when the output goes to a file.</summary>
internal static class TrainingDisplay
{
    public static T Run<T>(Func<IProgress<TrainingProgress>, T> train)
    {
        if (Console.IsOutputRedirected)
        {
            return train(new Receiver(progress =>
            {
                if (progress.Batch == progress.Batches)
                {
                    Console.WriteLine(Describe(progress));
                }
            }));
        }

        return AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("scoring connections");
                return train(new Receiver(progress =>
                {
                    task.MaxValue = (double)progress.Epochs * progress.Batches;
                    task.Value = ((double)(progress.Epoch - 1) * progress.Batches) + progress.Batch;
                    task.Description = Describe(progress);
                }));
            });
    }

    private static string Describe(TrainingProgress progress) => string.Create(
        CultureInfo.InvariantCulture,
        $"epoch {progress.Epoch,2}/{progress.Epochs}  loss {progress.Loss:F4}  accuracy {progress.Accuracy:F4}  "
        + $"{progress.ImagesPerSecond:F0} images/s  {progress.TimeLeft.TotalSeconds:F0} s left");

    /// <summary>Calls back at once, on the thread that trains; System.Progress would post to the thread pool.</summary>
    private sealed class Receiver(Action<TrainingProgress> receive) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => receive(value);
    }
}
