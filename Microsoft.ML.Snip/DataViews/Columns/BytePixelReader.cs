using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>Reads pixels from columns that hold vectors of bytes.</summary>
/// <param name="row">The row, or the cursor.</param>
/// <param name="column">The column.</param>
internal sealed class BytePixelReader(DataViewRow row, ImageColumn column) : VectorPixelReader<byte>(row, column)
{
    public override void Write(int slot, PixelNormalization normalization, Span<float> destination) =>
        normalization.Apply(ValuesOf(slot), destination);
}
