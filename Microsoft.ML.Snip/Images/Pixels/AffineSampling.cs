namespace Microsoft.ML.Snip.Images.Pixels;

/// <summary>
/// Moves, scales and rotates an image: each new pixel is interpolated between the four old ones around the place that it comes from.
/// </summary>
/// <param name="shape">The images' shape.</param>
internal sealed class AffineSampling(ImageShape shape)
{
    /// <summary>Applies the shift, the crop, the rotation and the flip of a draw.</summary>
    /// <param name="source">The image.</param>
    /// <param name="target">Receives the new image.</param>
    /// <param name="draw">What is drawn.</param>
    /// <param name="outside">The value of pixels outside the image, for each channel.</param>
    public void Apply(ReadOnlySpan<float> source, Span<float> target, AugmentationDraw draw, ReadOnlySpan<float> outside)
    {
        (int height, int width) = (shape.Height, shape.Width);
        AugmentationDraw.Box crop = draw.Crop ?? new AugmentationDraw.Box(0, 0, height, width);
        double sin = Math.Sin(draw.Angle), cos = Math.Cos(draw.Angle), scaleY = crop.Height / height, scaleX = crop.Width / width;
        double middleY = crop.Top + (crop.Height / 2), middleX = crop.Left + (crop.Width / 2);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                // The place of the new pixel's centre, from the middle of the image; then the place that it comes from.
                double newY = y + 0.5 - (height / 2.0) - draw.Down;
                double newX = (draw.IsMirrored ? width - 1 - x : x) + 0.5 - (width / 2.0) - draw.Right;
                double oldY = middleY + (scaleY * ((cos * newY) + (sin * newX))) - 0.5;
                double oldX = middleX + (scaleX * ((cos * newX) - (sin * newY))) - 0.5;
                for (int channel = 0; channel < shape.Channels; channel++)
                {
                    int first = channel * height * width;
                    target[first + (y * width) + x] = Interpolate(
                        source.Slice(first, height * width), oldY, oldX, outside[channel]);
                }
            }
        }
    }

    private float Interpolate(ReadOnlySpan<float> plane, double y, double x, float outside)
    {
        int top = (int)Math.Floor(y), left = (int)Math.Floor(x);
        float down = (float)(y - top), right = (float)(x - left);
        float above = ((1 - right) * At(plane, top, left, outside)) + (right * At(plane, top, left + 1, outside));
        float below = ((1 - right) * At(plane, top + 1, left, outside)) + (right * At(plane, top + 1, left + 1, outside));
        return ((1 - down) * above) + (down * below);
    }

    private float At(ReadOnlySpan<float> plane, int y, int x, float outside) =>
        (uint)y < (uint)shape.Height && (uint)x < (uint)shape.Width ? plane[(y * shape.Width) + x] : outside;
}
