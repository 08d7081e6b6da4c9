namespace Microsoft.ML.Snip;

/// <summary>Which part of a published data set.</summary>
public enum DatasetPart
{
    /// <summary>The images to train on.</summary>
    Training,

    /// <summary>The images that are held out to test on.</summary>
    Test,
}
