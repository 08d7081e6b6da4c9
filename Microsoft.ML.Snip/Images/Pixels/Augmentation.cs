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

    /// <summary>
    /// The smallest part of an image's area that a random crop keeps, in (0, 1]: a rectangle with an area from this part to the whole and
    /// with an aspect ratio changed by up to 3 : 4 or 4 : 3 is scaled to the image's size (Szegedy et al., CVPR 2015, section 6). Default:
    /// 1, no crop.
    /// </summary>
    public double MinCropArea { get; init; } = 1;

    /// <summary>
    /// Rotates an image about its centre by a random angle from -Rotation to Rotation degrees, in [0, 180]. Default: 0.
    /// </summary>
    public double Rotation { get; init; }

    /// <summary>
    /// Multiplies all raw values of an image by a random factor from 1 - Brightness to 1 + Brightness, in [0, 1]. Values are not clipped.
    /// Default: 0.
    /// </summary>
    public double Brightness { get; init; }

    /// <summary>
    /// Multiplies the differences of all normalised values of an image from their mean by a random factor from 1 - Contrast to 1 +
    /// Contrast, in [0, 1]. Default: 0.
    /// </summary>
    public double Contrast { get; init; }

    /// <summary>
    /// The probability that a random rectangle of 2 % to 33 % of an image's area is filled with the mean of the training set, in [0, 1]
    /// (random erasing: Zhong et al., AAAI 2020). Default: 0.
    /// </summary>
    public double Erasing { get; init; }

    /// <summary>Whether to augment the images on which connections are scored too. Default: false, as in the SNIP authors' code.</summary>
    public bool WhenScoring { get; init; }

    /// <summary>The enabled changes, as a list.</summary>
    public override string ToString()
    {
        (bool IsOn, string Text)[] changes =
        [
            (Shift > 0, $"shifts by up to {Shift} pixels"),
            (HorizontalFlip, "horizontal flips"),
            (MinCropArea < 1, FormattableString.Invariant($"crops of {MinCropArea:P0} of the area or more")),
            (Rotation > 0, FormattableString.Invariant($"rotations by up to {Rotation} degrees")),
            (Brightness > 0, FormattableString.Invariant($"brightness by up to {Brightness:P0}")),
            (Contrast > 0, FormattableString.Invariant($"contrast by up to {Contrast:P0}")),
            (Erasing > 0, FormattableString.Invariant($"erasing with probability {Erasing}")),
        ];
        string text = string.Join(", ", changes.Where(change => change.IsOn).Select(change => change.Text));
        return text.Length == 0 ? "not at all" : text;
    }
}
