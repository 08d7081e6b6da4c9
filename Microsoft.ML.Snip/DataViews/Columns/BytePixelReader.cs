using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>Pixels of columns that hold them as vectors of bytes.</summary>
/// <param name="row">The row, or the cursor.</param>
/// <param name="column">The column.</param>
internal sealed class BytePixelReader(DataViewRow row, ImageColumn column) : VectorPixelReader<byte>(row, column)
{
    public override void Write(int place, PixelNormalization normalization, Span<float> destination) =>
        normalization.Apply(NumbersOf(place), destination);
}
