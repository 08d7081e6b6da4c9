namespace Microsoft.ML.Snip.Images.Pixels;

/// <summary>What is drawn at random for one image.</summary>
internal readonly record struct AugmentationDraw
{
    private const double MaxAspectChange = 4.0 / 3, MinErased = 0.02, MaxErased = 0.33, MaxErasedAspect = 1 / 0.3;

    /// <summary>The shift in whole pixels.</summary>
    public int Down { get; init; }

    /// <summary>The shift in whole pixels.</summary>
    public int Right { get; init; }

    /// <summary>Whether the image is flipped horizontally.</summary>
    public bool IsMirrored { get; init; }

    /// <summary>The part of the image that is scaled to its size; null for the whole image.</summary>
    public Box? Crop { get; init; }

    /// <summary>The angle of the rotation, counter-clockwise, in radians.</summary>
    public double Angle { get; init; }

    /// <summary>What raw values are multiplied by.</summary>
    public float Brightness { get; init; } = 1;

    /// <summary>What differences from the image's mean are multiplied by.</summary>
    public float Contrast { get; init; } = 1;

    /// <summary>The part of the image that is filled; null for none.</summary>
    public Box? Erased { get; init; }

    public AugmentationDraw()
    {
    }

    /// <summary>Whether pixels come from places between pixels.</summary>
    public bool IsResampled => Crop is not null || Angle != 0;

    /// <summary>Draws the changes that are enabled.</summary>
    public static AugmentationDraw From(Augmentation settings, ImageShape shape, Random random) => new()
    {
        Down = settings.Shift > 0 ? DrawShift(settings.Shift, random) : 0,
        Right = settings.Shift > 0 ? DrawShift(settings.Shift, random) : 0,
        IsMirrored = settings.HorizontalFlip && random.Next(2) == 1,
        Crop = settings.MinCropArea < 1
            ? DrawBox(Between(settings.MinCropArea, 1, random), MaxAspectChange, shape, random)
            : null,
        Angle = settings.Rotation > 0 ? Between(-settings.Rotation, settings.Rotation, random) * Math.PI / 180 : 0,
        Brightness = settings.Brightness > 0 ? (float)Between(1 - settings.Brightness, 1 + settings.Brightness, random) : 1,
        Contrast = settings.Contrast > 0 ? (float)Between(1 - settings.Contrast, 1 + settings.Contrast, random) : 1,
        Erased = settings.Erasing > 0 && random.NextDouble() < settings.Erasing
            ? DrawBox(Between(MinErased, MaxErased, random), MaxErasedAspect, shape, random)
            : null,
    };

    private static int DrawShift(int shift, Random random) => random.Next((2 * shift) + 1) - shift;

    private static double Between(double low, double high, Random random) => low + ((high - low) * random.NextDouble());

    /// <summary>A box at a random place with a given part of the area, if it fits, and a random aspect ratio.</summary>
    private static Box DrawBox(double area, double maxAspect, ImageShape shape, Random random)
    {
        double aspect = Math.Pow(maxAspect, Between(-1, 1, random));
        double height = Math.Min(1, Math.Sqrt(area / aspect)) * shape.Height, width = Math.Min(1, Math.Sqrt(area * aspect)) * shape.Width;
        return new Box(Between(0, shape.Height - height, random), Between(0, shape.Width - width, random), height, width);
    }

    /// <summary>A rectangle in pixels.</summary>
    internal readonly record struct Box(double Top, double Left, double Height, double Width);
}
