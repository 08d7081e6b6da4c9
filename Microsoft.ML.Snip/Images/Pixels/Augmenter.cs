namespace Microsoft.ML.Snip.Images.Pixels;

/// <summary>Applies an <see cref="Augmentation"/> to normalised images, one after the other.</summary>
/// <remarks>
/// Pixels outside an image are raw zeros, normalised: black, the background of MNIST and similar data sets, so that a shifted image has no
/// edges that reveal the shift. (The SNIP authors augment only CIFAR-10; they shift normalised images and fill with the mean.) Random
/// numbers are drawn in the order of the images: three for each image, fewer if a change is not enabled.
/// </remarks>
internal sealed class Augmenter
{
    private readonly Augmentation _augmentation;
    private readonly ImageShape _shape;
    private readonly float[] _outside;
    private readonly float[] _original;

    /// <param name="augmentation">The random changes.</param>
    /// <param name="shape">The images' shape.</param>
    /// <param name="normalization">The normalisation of the images.</param>
    /// <exception cref="ArgumentOutOfRangeException">Images could be shifted completely out of view.</exception>
    public Augmenter(Augmentation augmentation, ImageShape shape, PixelNormalization normalization)
    {
        CheckFits(augmentation, shape);
        _augmentation = augmentation;
        _shape = shape;
        _original = new float[shape.Count];
        _outside = new float[shape.Channels];
        for (int channel = 0; channel < _outside.Length; channel++)
        {
            _outside[channel] = (0f - normalization.Mean[channel]) * normalization.Scale[channel];
        }
    }

    /// <exception cref="ArgumentOutOfRangeException">Images of this shape could be shifted completely out of view.</exception>
    public static void CheckFits(Augmentation augmentation, ImageShape shape)
    {
        if (augmentation.Shift >= Math.Min(shape.Height, shape.Width))
        {
            throw new ArgumentOutOfRangeException(
                nameof(augmentation), augmentation.Shift,
                $"Augmentation.Shift is {augmentation.Shift}; it must be below the height and the width of the {shape} images.");
        }
    }

    /// <summary>Changes an image at random.</summary>
    /// <param name="image">Channels x height x width normalised values.</param>
    /// <param name="random">Draws the shifts and flips.</param>
    public void Apply(Span<float> image, Random random)
    {
        (int down, int right) = _augmentation.Shift > 0 ? (DrawShift(random), DrawShift(random)) : (0, 0);
        bool mirror = _augmentation.HorizontalFlip && random.Next(2) == 1;
        Apply(image, down, right, mirror);
    }

    /// <summary>
    /// Shifts an image, then flips it: out[y][x] = in[y - down][x - right], or the value of outside pixels where there is no such pixel.
    /// </summary>
    internal void Apply(Span<float> image, int down, int right, bool mirror)
    {
        image.CopyTo(_original);
        (int height, int width) = (_shape.Height, _shape.Width);
        ReadOnlySpan<float> rows = _original;
        for (int channel = 0; channel < _shape.Channels; channel++)
        {
            for (int y = 0; y < height; y++)
            {
                int line = channel * height;
                Span<float> target = image.Slice((line + y) * width, width);
                int from = y - down;
                if (from < 0 || from >= height)
                {
                    target.Fill(_outside[channel]);
                    continue;
                }

                ShiftRow(rows.Slice((line + from) * width, width), target, right, _outside[channel]);
                if (mirror)
                {
                    target.Reverse();
                }
            }
        }
    }

    private static void ShiftRow(ReadOnlySpan<float> row, Span<float> target, int right, float outside)
    {
        int kept = row.Length - Math.Abs(right);
        if (right >= 0)
        {
            target[..right].Fill(outside);
            row[..kept].CopyTo(target[right..]);
        }
        else
        {
            row[^kept..].CopyTo(target);
            target[kept..].Fill(outside);
        }
    }

    private int DrawShift(Random random) => random.Next((2 * _augmentation.Shift) + 1) - _augmentation.Shift;
}
