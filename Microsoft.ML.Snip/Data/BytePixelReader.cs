using System.Numerics.Tensors;
using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Data;

/// <summary>Pixels of columns that hold them as vectors of bytes, in the order channels, height, width.</summary>
internal sealed class BytePixelReader : PixelReader
{
    private readonly ByteVector _vector;

    public BytePixelReader(DataViewRow row, ImageColumn column)
        : base(row, column)
    {
        _vector = new ByteVector(GetGetter<VBuffer<byte>>());
    }

    public override void Read(Span<float> raw) => TensorPrimitives.ConvertTruncating(ReadBytes(), raw);

    /// <summary>As the base class does, but in one pass over the bytes.</summary>
    public override void ReadNormalized(PixelNormalization normalization, Span<float> destination) => normalization.Apply(ReadBytes(), destination);

    private ReadOnlySpan<byte> ReadBytes()
    {
        ReadOnlySpan<byte> bytes = _vector.Read();
        CheckLength(bytes.Length);
        return bytes;
    }
}
