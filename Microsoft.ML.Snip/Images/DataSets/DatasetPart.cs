namespace Microsoft.ML.Snip;

/// <summary>A part of a published data set.</summary>
public enum DatasetPart
{
    /// <summary>The images to train on.</summary>
    Training,

    /// <summary>The held-out images to test on.</summary>
    Test,
}
