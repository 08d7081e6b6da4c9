using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using Microsoft.ML.Internal.Utilities;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>
/// Pixels of columns that hold them as vectors, in the order channels, height, width. Small vectors are taken many at a time: while several
/// are copied one behind the other the processor waits for memory once, and not before each.
/// </summary>
/// <typeparam name="T">The vectors' items.</typeparam>
internal abstract class VectorPixelReader<T> : PixelReader
    where T : unmanaged
{
    /// <summary>Memory for the vectors that are taken, little enough to stay in the processor's caches; and the most vectors.</summary>
    private const int BytesTaken = 1 << 16, MaxTaken = 64;

    private readonly ValueGetter<VBuffer<T>> _getter;
    private readonly VBuffer<T>[] _vectors;

    private protected VectorPixelReader(DataViewRow row, ImageColumn column)
        : base(row, column, Math.Clamp(BytesTaken / Unsafe.SizeOf<T>() / column.Shape.Count, 1, MaxTaken))
    {
        _getter = GetGetter<VBuffer<T>>();
        _vectors = new VBuffer<T>[Capacity];
    }

    /// <summary>The numbers of a vector that was taken; of a sparse one all of them too.</summary>
    private protected ReadOnlySpan<T> NumbersOf(int place) => _vectors[place].GetValues();

    private protected sealed override void TakeCurrent(int place)
    {
        ref VBuffer<T> vector = ref _vectors[place];
        _getter(ref vector);
        if (vector.Length != Column.Shape.Count)
        {
            throw BadValue(place, $"the vector has {vector.Length} numbers; the shape {Column.Shape} needs {Column.Shape.Count}.");
        }

        VBufferUtils.Densify(ref vector);
    }
}
