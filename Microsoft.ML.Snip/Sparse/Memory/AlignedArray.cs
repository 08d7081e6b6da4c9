using System.Runtime.CompilerServices;

namespace Microsoft.ML.Snip.Sparse.Memory;

/// <summary>
/// An array that does not move and starts at a cache line, so that kernels may hold pointers into it. It lives as long as something refers
/// to it:
/// whoever holds a pointer keeps the object.
/// </summary>
internal sealed unsafe class AlignedArray<T>
    where T : unmanaged
{
    /// <summary>Bytes of a cache line, and of the longest vector.</summary>
    public const int Alignment = 64;

    private readonly byte[] _memory;

    /// <summary>An array of zeros.</summary>
    public AlignedArray(long length)
    {
        Length = length;
        _memory = GC.AllocateArray<byte>(checked((int)((length * sizeof(T)) + Alignment)), pinned: true);
        byte* start = (byte*)Unsafe.AsPointer(ref _memory[0]);
        Pointer = (T*)(((nint)start + Alignment - 1) & ~(nint)(Alignment - 1));
    }

    public AlignedArray(ReadOnlySpan<T> values)
        : this(values.Length) => values.CopyTo(Span);

    public long Length { get; }

    public T* Pointer { get; }

    public Span<T> Span => new(Pointer, checked((int)Length));
}
