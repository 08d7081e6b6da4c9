namespace Microsoft.ML.Snip.Images.InMemory;

/// <summary>
/// A growing list of images of one length, in blocks of memory: nothing is copied as it grows, and all images together may exceed the 2 GB
/// that one array can have.
/// </summary>
/// <param name="imageLength">How many numbers an image has.</param>
internal sealed class PixelBlocks<T>(int imageLength)
    where T : unmanaged
{
    private const int BlockLength = 1 << 22;

    private readonly List<T[]> _blocks = [];
    private readonly int _imagesPerBlock = Math.Max(1, BlockLength / imageLength);

    /// <summary>How many images there are.</summary>
    public int Count { get; private set; }

    /// <summary>The numbers of one image.</summary>
    public ReadOnlySpan<T> this[int index] => _blocks[index / _imagesPerBlock].AsSpan(index % _imagesPerBlock * imageLength, imageLength);

    /// <summary>Adds an image.</summary>
    /// <returns>Where to write it; not cleared.</returns>
    public Span<T> Add()
    {
        int place = Count++ % _imagesPerBlock;
        if (place == 0)
        {
            _blocks.Add(GC.AllocateUninitializedArray<T>(_imagesPerBlock * imageLength));
        }

        return _blocks[^1].AsSpan(place * imageLength, imageLength);
    }
}
