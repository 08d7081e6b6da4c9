namespace Microsoft.ML.Snip;

/// <summary>
/// Small random changes that leave an image's class as it is, drawn anew each time an image is trained on, so that a network sees more
/// images than there are. Images to validate on and to predict are never changed.
/// </summary>
/// <remarks>
/// The usual one for CIFAR-10, and the SNIP authors', is <c>new Augmentation { Shift = 4, HorizontalFlip = true }</c>. Leave flips out
/// where left and right matter, as in digits and letters.
/// </remarks>
public sealed record Augmentation
{
    /// <summary>
    /// Moves an image by a whole number of pixels from -Shift to Shift, each as likely, drawn for each direction: the same as padding all
    /// sides by as many pixels and cropping at random. Pixels that come in from outside are raw zeros, black. At least 0, below the images'
    /// height and width. Default: 0.
    /// </summary>
    public int Shift { get; init; }

    /// <summary>Whether to mirror an image, left to right, with probability 1/2. Default: false.</summary>
    public bool HorizontalFlip { get; init; }

    /// <summary>Whether to change the images on which connections are scored too. Default: false, as in the authors' code.</summary>
    public bool WhenScoring { get; init; }
}
