namespace Microsoft.ML.Snip.Images.Examples;

/// <summary>
/// Mixes a stream of images: when it is full, each image that comes in takes the place of one that is drawn at random and goes out. At the
/// end the others go out in random order.
/// </summary>
/// <param name="store">The memory for the images.</param>
internal sealed class ShuffleBuffer(PixelStore store)
{
    private readonly int[] _indices = new int[store.Count];
    private int _filled;

    /// <summary>Empties the buffer.</summary>
    public void Clear() => _filled = 0;

    /// <summary>Takes an image.</summary>
    /// <param name="index">Its index in the data set.</param>
    /// <param name="raw">Its raw values.</param>
    /// <param name="random">Draws the image that goes out.</param>
    /// <param name="goOut">Receives the image that goes out, if the buffer is full: its index and its place in the store.</param>
    public void Take(int index, ReadOnlySpan<float> raw, Random random, Action<int, int> goOut)
    {
        int place = _filled;
        if (_filled < _indices.Length)
        {
            _filled++;
        }
        else
        {
            place = random.Next(_indices.Length);
            goOut(_indices[place], place);
        }

        store.Set(place, raw);
        _indices[place] = index;
    }

    /// <summary>Lets all images go out.</summary>
    public void Empty(Random random, Action<int, int> goOut)
    {
        int[] places = [.. Enumerable.Range(0, _filled)];
        random.Shuffle(places);
        Array.ForEach(places, place => goOut(_indices[place], place));
        Clear();
    }
}
