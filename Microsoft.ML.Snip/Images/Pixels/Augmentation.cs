namespace Microsoft.ML.Snip;

/// <summary>
/// Small random changes of training images that do not change their class. They are drawn again each time an image is used, so that a
/// network sees more different images than the training set has. Images for validation and prediction are never changed.
/// </summary>
/// <remarks>
/// The usual setting for CIFAR-10, also used by the SNIP authors, is <c>new Augmentation { Shift = 4, HorizontalFlip = true }</c>. Do not
/// use flips where left and right matter, as for digits and letters.
/// </remarks>
public sealed record Augmentation
{
    /// <summary>
    /// Shifts an image vertically and horizontally, each by a random whole number of pixels from -Shift to Shift with equal probability.
    /// This is the same as padding all sides by Shift pixels and cropping at random. Pixels from outside the image have the raw value 0
    /// (black). At least 0, below the images' height and width. Default: 0.
    /// </summary>
    public int Shift { get; init; }

    /// <summary>Whether to flip an image horizontally with probability 1/2. Default: false.</summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>Whether to augment the images on which connections are scored too. Default: false, as in the SNIP authors' code.</summary>
    public bool WhenScoring { get; init; }
}
