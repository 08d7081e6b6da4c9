namespace Microsoft.ML.Snip;

/// <summary>The progress of training; reported on the training thread.</summary>
/// <param name="Epoch">The current epoch; the first is 1.</param>
/// <param name="Epochs">The total number of epochs.</param>
/// <param name="Batch">The number of completed batches in this epoch.</param>
/// <param name="Batches">The number of batches in an epoch; the last one may have another size.</param>
/// <param name="Loss">Mean cross-entropy over this epoch's examples so far.</param>
/// <param name="Accuracy">Fraction of this epoch's examples so far that were classified correctly, in [0, 1].</param>
/// <param name="ImagesPerSecond">The average training speed since training started.</param>
/// <param name="TimeLeft">An estimate of the time until the last epoch ends, at that speed.</param>
public readonly record struct TrainingProgress(
    int Epoch, int Epochs, int Batch, int Batches, double Loss, double Accuracy, double ImagesPerSecond, TimeSpan TimeLeft);
