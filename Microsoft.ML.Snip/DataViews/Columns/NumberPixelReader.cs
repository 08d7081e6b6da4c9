using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>Reads pixels from columns that hold vectors of floats.</summary>
/// <param name="row">The row, or the cursor.</param>
/// <param name="column">The column.</param>
internal sealed class NumberPixelReader(DataViewRow row, ImageColumn column) : VectorPixelReader<float>(row, column)
{
    public override void Write(int slot, PixelNormalization normalization, Span<float> destination)
    {
        ReadOnlySpan<float> values = ValuesOf(slot);
        if (!normalization.Apply(values, destination) && IndexOfNotFinite(values) is int index and >= 0)
        {
            throw BadValue(slot, FormattableString.Invariant($"pixel {index} is {values[index]}; pixels must be finite numbers."));
        }
    }

    /// <summary>The index of the first NaN or infinity, or -1.</summary>
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
