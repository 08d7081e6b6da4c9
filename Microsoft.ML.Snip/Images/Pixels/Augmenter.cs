using System.Numerics.Tensors;

namespace Microsoft.ML.Snip.Images.Pixels;

/// <summary>Applies an <see cref="Augmentation"/> to normalised images, one after the other.</summary>
/// <remarks>
/// Pixels outside an image are raw zeros, normalised: black, the background of MNIST and similar data sets, so that a shifted image has no
/// edges that reveal the shift. (The SNIP authors augment only CIFAR-10; they shift normalised images and fill with the mean.)
/// </remarks>
internal sealed class Augmenter
{
    private readonly Augmentation _augmentation;
    private readonly ImageShape _shape;
    private readonly PixelNormalization _normalization;
    private readonly AffineSampling _sampling;
    private readonly float[] _outside;
    private readonly float[] _original;

    /// <param name="augmentation">The random changes.</param>
    /// <param name="shape">The images' shape.</param>
    /// <param name="normalization">The normalisation of the images.</param>
    /// <exception cref="ArgumentOutOfRangeException">Images could be shifted completely out of view.</exception>
    public Augmenter(Augmentation augmentation, ImageShape shape, PixelNormalization normalization)
    {
        CheckFits(augmentation, shape);
        (_augmentation, _shape, _normalization, _sampling) = (augmentation, shape, normalization, new AffineSampling(shape));
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
    /// <param name="random">Draws the changes.</param>
    public void Apply(Span<float> image, Random random) => Apply(image, AugmentationDraw.From(_augmentation, _shape, random));

    /// <summary>Changes an image: its geometry, then its brightness and contrast, then it is erased in part.</summary>
    /// <param name="image">Channels x height x width normalised values.</param>
    /// <param name="draw">The changes.</param>
    internal void Apply(Span<float> image, AugmentationDraw draw)
    {
        image.CopyTo(_original);
        if (draw.IsResampled)
        {
            _sampling.Apply(_original, image, draw, _outside);
        }
        else if (draw.Down != 0 || draw.Right != 0 || draw.IsMirrored)
        {
            Shift(image, draw);
        }

        if (draw.Brightness != 1)
        {
            Brighten(image, draw.Brightness);
        }

        if (draw.Contrast != 1)
        {
            float mean = TensorPrimitives.Sum<float>(image) / image.Length;
            TensorPrimitives.Subtract(image, mean, image);
            TensorPrimitives.Multiply(image, draw.Contrast, image);
            TensorPrimitives.Add(image, mean, image);
        }

        if (draw.Erased is { } box)
        {
            Erase(image, box);
        }
    }

    /// <summary>
    /// Shifts an image, then flips it: out[y][x] = in[y - down][x - right], or the value of outside pixels where there is no such pixel.
    /// </summary>
    private void Shift(Span<float> image, AugmentationDraw draw)
    {
        (int height, int width) = (_shape.Height, _shape.Width);
        ReadOnlySpan<float> rows = _original;
        for (int channel = 0; channel < _shape.Channels; channel++)
        {
            for (int y = 0; y < height; y++)
            {
                int line = channel * height;
                Span<float> target = image.Slice((line + y) * width, width);
                int from = y - draw.Down;
                if (from < 0 || from >= height)
                {
                    target.Fill(_outside[channel]);
                    continue;
                }

                ShiftRow(rows.Slice((line + from) * width, width), target, draw.Right, _outside[channel]);
                if (draw.IsMirrored)
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

    /// <summary>Multiplies raw values r by f; with x = (r - mean) * scale that is x * f + (f - 1) * mean * scale.</summary>
    private void Brighten(Span<float> image, float factor)
    {
        int area = image.Length / _shape.Channels;
        for (int channel = 0; channel < _shape.Channels; channel++)
        {
            Span<float> plane = image.Slice(channel * area, area);
            float added = (factor - 1) * _normalization.Mean[channel] * _normalization.Scale[channel];
            TensorPrimitives.Multiply(plane, factor, plane);
            TensorPrimitives.Add(plane, added, plane);
        }
    }

    /// <summary>Fills a box with the mean of the training set, which is 0.</summary>
    private void Erase(Span<float> image, AugmentationDraw.Box box)
    {
        int top = (int)Math.Round(box.Top), bottom = (int)Math.Round(box.Top + box.Height);
        int left = (int)Math.Round(box.Left), right = (int)Math.Round(box.Left + box.Width);
        for (int channel = 0; channel < _shape.Channels; channel++)
        {
            for (int y = top; y < bottom; y++)
            {
                image.Slice((((channel * _shape.Height) + y) * _shape.Width) + left, right - left).Clear();
            }
        }
    }
}
