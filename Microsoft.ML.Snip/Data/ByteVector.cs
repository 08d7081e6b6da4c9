using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Data;

/// <summary>The bytes of a column of vectors, as they are where the row stands now.</summary>
/// <param name="getter">Gets the row's vector.</param>
internal sealed class ByteVector(ValueGetter<VBuffer<byte>> getter)
{
    private VBuffer<byte> _vector;
    private VBuffer<byte> _dense;

    /// <summary>Reads the current row's bytes, of a sparse vector all of them too.</summary>
    /// <returns>The bytes; good until the next call.</returns>
    public ReadOnlySpan<byte> Read()
    {
        getter(ref _vector);
        if (_vector.IsDense)
        {
            return _vector.GetValues();
        }

        _vector.CopyToDense(ref _dense);
        return _dense.GetValues();
    }
}
