using System.Runtime.CompilerServices;

namespace Microsoft.ML.Snip.Images.Examples;

/// <summary>
/// A growing list of images of the same length, in blocks of memory: growing copies nothing, and all images together may exceed the 2 GB
/// limit of one array.
/// </summary>
/// <param name="imageLength">The number of values in an image.</param>
internal sealed class PixelBlocks<T>(int imageLength)
    where T : unmanaged
{
    private const int BlockLength = 1 << 22;

    private readonly List<T[]> _blocks = [];
    private readonly int _imagesPerBlock = Math.Max(1, BlockLength / imageLength);

    /// <summary>The number of images.</summary>
    public int Count { get; private set; }

    /// <summary>The memory of all images, in bytes.</summary>
    public long Bytes => (long)Count * imageLength * Unsafe.SizeOf<T>();

    /// <summary>The values of one image.</summary>
    public Span<T> this[int index] => _blocks[index / _imagesPerBlock].AsSpan(index % _imagesPerBlock * imageLength, imageLength);

    /// <summary>Adds images of zeros to an empty list, to which none is added afterwards.</summary>
    /// <param name="count">The number of images.</param>
    public void AddBlack(int count)
    {
        for (int left = count; left > 0; left -= _imagesPerBlock)
        {
            _blocks.Add(new T[Math.Min(left, _imagesPerBlock) * imageLength]);
        }

        Count = count;
    }

    /// <summary>Adds an image.</summary>
    /// <returns>The memory to write the image to; not cleared.</returns>
    public Span<T> Add()
    {
        int index = Count++ % _imagesPerBlock;
        if (index == 0)
        {
            _blocks.Add(GC.AllocateUninitializedArray<T>(_imagesPerBlock * imageLength));
        }

        return _blocks[^1].AsSpan(index * imageLength, imageLength);
    }
}
