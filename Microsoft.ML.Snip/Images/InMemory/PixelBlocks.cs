namespace Microsoft.ML.Snip.Images.InMemory;

/// <summary>
/// A growing list of pictures of one length, in blocks of memory: nothing is copied as it grows, and all pictures together may exceed the 2 GB
/// that one array can have.
/// </summary>
/// <param name="pictureLength">How many numbers a picture has.</param>
internal sealed class PixelBlocks<T>(int pictureLength)
    where T : unmanaged
{
    private const int BlockLength = 1 << 22;

    private readonly List<T[]> _blocks = [];
    private readonly int _picturesPerBlock = Math.Max(1, BlockLength / pictureLength);

    /// <summary>How many pictures there are.</summary>
    public int Count { get; private set; }

    /// <summary>The numbers of one picture.</summary>
    public ReadOnlySpan<T> this[int index] => _blocks[index / _picturesPerBlock].AsSpan(index % _picturesPerBlock * pictureLength, pictureLength);

    /// <summary>Adds a picture.</summary>
    /// <returns>Where to write it; not cleared.</returns>
    public Span<T> Add()
    {
        int place = Count++ % _picturesPerBlock;
        if (place == 0)
        {
            _blocks.Add(GC.AllocateUninitializedArray<T>(_picturesPerBlock * pictureLength));
        }

        return _blocks[^1].AsSpan(place * pictureLength, pictureLength);
    }
}
