namespace Microsoft.ML.Snip.Tests;

/// <summary>Receives the progress of a fit at once, on its thread.</summary>
internal sealed class Receiver(Action<TrainingProgress> receive) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => receive(value);
}
