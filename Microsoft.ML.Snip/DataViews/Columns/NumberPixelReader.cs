using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>Pixels of columns that hold them as vectors of floats.</summary>
/// <param name="row">The row, or the cursor.</param>
/// <param name="column">The column.</param>
internal sealed class NumberPixelReader(DataViewRow row, ImageColumn column) : VectorPixelReader<float>(row, column)
{
    public override void Write(int place, PixelNormalization normalization, Span<float> destination)
    {
        ReadOnlySpan<float> numbers = NumbersOf(place);
        if (!normalization.Apply(numbers, destination) && IndexOfNotFinite(numbers) is int index and >= 0)
        {
            throw BadValue(place, FormattableString.Invariant($"pixel {index} is {numbers[index]}; pixels are finite numbers."));
        }
    }

    /// <summary>Where the first NaN or infinity is, or -1.</summary>
    private static int IndexOfNotFinite(ReadOnlySpan<float> raw)
    {
        for (int i = 0; i < raw.Length; i++)
        {
            if (!float.IsFinite(raw[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
