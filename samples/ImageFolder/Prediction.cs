namespace ImageFolder;

/// <summary>What the pipeline says of an image.</summary>
internal sealed class Prediction
{
    public string PredictedLabel { get; set; } = string.Empty;

    public float[] Score { get; set; } = [];
}
