namespace ImageFolder;

/// <summary>One file and the class its folder names.</summary>
internal sealed class PictureFile
{
    public string ImagePath { get; set; } = string.Empty;

    public string Label { get; set; } = string.Empty;
}

/// <summary>What the pipeline says of a file.</summary>
internal sealed class Prediction
{
    public string PredictedLabel { get; set; } = string.Empty;

    public float[] Score { get; set; } = [];
}
