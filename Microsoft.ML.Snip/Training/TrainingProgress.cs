namespace Microsoft.ML.Snip;

/// <summary>How far training has come; reported while it runs, from the thread that trains.</summary>
/// <param name="Epoch">The epoch under way; the first is 1.</param>
/// <param name="Epochs">How many there will be.</param>
/// <param name="Batch">Batches of this epoch that are done.</param>
/// <param name="Batches">Batches in an epoch, the last perhaps of another size.</param>
/// <param name="Loss">Mean cross-entropy over this epoch's examples so far.</param>
/// <param name="Accuracy">Share of this epoch's examples so far that were classified right, in [0, 1].</param>
/// <param name="ImagesPerSecond">Training speed since training began.</param>
/// <param name="TimeLeft">An estimate of the time until the last epoch ends, at that speed.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, int Batch, int Batches, double Loss, double Accuracy, double ImagesPerSecond, TimeSpan TimeLeft);
