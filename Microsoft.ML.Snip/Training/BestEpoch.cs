namespace Microsoft.ML.Snip.Training;

/// <summary>The epoch with the best validation so far, and for how long there has been no better one.</summary>
/// <param name="stopping">What counts as better.</param>
internal sealed class BestEpoch(EarlyStopping stopping)
{
    private double _best = double.NegativeInfinity;

    /// <summary>The number of the best epoch; 0 before the first.</summary>
    public int Number { get; private set; }

    /// <summary>The number of epochs since the best one.</summary>
    public int EpochsWithoutGain { get; private set; }

    /// <summary>Whether training ends.</summary>
    public bool IsPatienceOver => EpochsWithoutGain >= stopping.Patience;

    /// <summary>Takes the next epoch; true if it is the best so far.</summary>
    public bool IsBest(EpochSummary epoch)
    {
        double? value = stopping.Metric switch
        {
            ValidationMetric.Loss => -epoch.ValidationLoss,
            ValidationMetric.Accuracy => epoch.ValidationAccuracy,
            ValidationMetric.MacroAccuracy => epoch.ValidationMacroAccuracy,
            _ => throw new InvalidOperationException($"The metric {stopping.Metric} is not known."),
        };
        if (value is { } gained && (Number == 0 || gained > _best + stopping.MinimumGain))
        {
            (_best, Number, EpochsWithoutGain) = (gained, epoch.Epoch, 0);
            return true;
        }

        EpochsWithoutGain++;
        return false;
    }
}
