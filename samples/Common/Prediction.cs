namespace Samples.Common;

/// <summary>What the pipeline says of an image.</summary>
public sealed class Prediction
{
    public string PredictedLabel { get; set; } = string.Empty;

    public float[] Score { get; set; } = [];
}
