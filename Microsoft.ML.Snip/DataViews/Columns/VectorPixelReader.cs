using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Microsoft.ML.Internal.Utilities;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>
/// Reads pixels from columns that hold vectors in the order channels, height, width. Small vectors are taken many at a time: copying them
/// one after the other waits for memory once, not once for each vector.
/// </summary>
/// <typeparam name="T">The type of the vectors' items.</typeparam>
internal abstract class VectorPixelReader<T> : PixelReader
    where T : unmanaged
{
    /// <summary>
    /// Memory for the vectors that are taken, small enough to stay in the processor's caches; and the maximum number of vectors.
    /// </summary>
    private const int BytesTaken = 1 << 16, MaxTaken = 64;

    private readonly ValueGetter<VBuffer<T>> _getter;
    private readonly VBuffer<T>[] _vectors;

    private protected VectorPixelReader(DataViewRow row, ImageColumn column)
        : base(row, column, Math.Clamp(BytesTaken / Unsafe.SizeOf<T>() / column.Shape.Count, 1, MaxTaken))
    {
        _getter = GetGetter<VBuffer<T>>();
        _vectors = new VBuffer<T>[Capacity];
    }

    /// <summary>All values of a vector that was taken, also of a sparse one.</summary>
    private protected ReadOnlySpan<T> ValuesOf(int slot) => _vectors[slot].GetValues();

    private protected sealed override void TakeCurrent(int slot)
    {
        ref VBuffer<T> vector = ref _vectors[slot];
        _getter(ref vector);
        if (vector.Length != Column.Shape.Count)
        {
            throw BadValue(slot, $"the vector has {vector.Length} values; the shape {Column.Shape} needs {Column.Shape.Count}.");
        }

        VBufferUtils.Densify(ref vector);
    }
}
