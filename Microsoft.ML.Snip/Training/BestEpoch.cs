namespace Microsoft.ML.Snip.Training;

/// <summary>The epoch with the best validation so far, and for how long there has been no better one.</summary>
/// <param name="stopping">What counts as better.</param>
/// <param name="state">Where to go on; null to start.</param>
internal sealed class BestEpoch(EarlyStopping stopping, BestEpochState? state = null)
{
    /// <summary>The best epoch so far; null before the first.</summary>
    public BestEpochState? State { get; private set; } = state;

    /// <summary>The number of the best epoch; 0 before the first.</summary>
    public int Number => State?.Number ?? 0;

    /// <summary>Whether training ends.</summary>
    public bool IsPatienceOver => State?.EpochsWithoutGain >= stopping.Patience;

    /// <summary>Takes the next epoch; true if it is the best so far.</summary>
    public bool IsBest(EpochSummary epoch)
    {
        double value = stopping.Metric switch
        {
            ValidationMetric.Loss => -epoch.ValidationLoss,
            ValidationMetric.Accuracy => epoch.ValidationAccuracy,
            ValidationMetric.MacroAccuracy => epoch.ValidationMacroAccuracy,
            _ => throw new InvalidOperationException($"The metric {stopping.Metric} is not known."),
        } ?? throw new InvalidOperationException("The epoch was not validated.");
        if (State is null || value > State.Value + stopping.MinimumGain)
        {
            State = new BestEpochState(epoch.Epoch, value, EpochsWithoutGain: 0);
            return true;
        }

        State = State with { EpochsWithoutGain = State.EpochsWithoutGain + 1 };
        return false;
    }
}

/// <summary>The best epoch so far.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Value">Its metric; a higher one is better.</param>
/// <param name="EpochsWithoutGain">The number of epochs since.</param>
internal sealed record BestEpochState(int Number, double Value, int EpochsWithoutGain);
