namespace Microsoft.ML.Snip;

/// <summary>What a training is judged by on the validation set.</summary>
public enum ValidationMetric
{
    /// <summary>The mean cross-entropy; lower is better.</summary>
    Loss,

    /// <summary>The fraction of images that are classified correctly; higher is better.</summary>
    Accuracy,

    /// <summary>
    /// The mean over the classes of the fraction of a class's images that are classified correctly; higher is better. Rare classes count as
    /// much as frequent ones.
    /// </summary>
    MacroAccuracy,
}

/// <summary>
/// Ends training when the validation set shows no gain any more (Prechelt, "Early stopping - but when?", 1998). The model has the weights
/// of the best epoch.
/// </summary>
public sealed record EarlyStopping
{
    /// <summary>What counts as a gain. Default: Loss.</summary>
    public ValidationMetric Metric { get; init; }

    /// <summary>The number of epochs without a gain after which training ends, at least 1. Default: 5.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>The smallest change of the metric for the better that counts as a gain, at least 0. Default: 0, any.</summary>
    public double MinimumGain { get; init; }
}
