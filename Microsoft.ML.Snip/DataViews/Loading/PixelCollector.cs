using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.Images.Examples;

namespace Microsoft.ML.Snip.DataViews.Loading;

/// <summary>
/// Collects pixels as they are read. Where the number of channels is found out from the data, images are stored with one grey channel until
/// the first image with a coloured pixel. The images before it then get three equal channels, as if they had been read in colour.
/// </summary>
internal sealed class PixelCollector
{
    private readonly int _area;
    private readonly bool _hasBytes;
    private readonly long _maxBytes;
    private bool _isGrey;
    private long _count;

    /// <param name="column">The column that is read.</param>
    /// <param name="maxBytes">The memory for the images. If they need more, only statistics of them are kept.</param>
    public PixelCollector(ImageColumn column, long maxBytes = long.MaxValue)
    {
        (_hasBytes, _maxBytes) = (column.HasByteValues, maxBytes);
        _area = column.Shape.Height * column.Shape.Width;
        Shape = column.ChannelsAreGuessed ? column.Shape with { Channels = 1 } : column.Shape;
        Store = column.HasByteValues ? new BytePixelStore(Shape) : new FloatPixelStore(Shape);
        _isGrey = column.ChannelsAreGuessed;
    }

    /// <summary>The shape of the images so far.</summary>
    public ImageShape Shape { get; private set; }

    /// <summary>The images so far; null if they do not fit into memory.</summary>
    public PixelStore? Store { get; private set; }

    /// <summary>The statistics of the images, if they do not fit into memory; otherwise null.</summary>
    public PixelStatistics? Statistics { get; private set; }

    /// <summary>The memory that the images so far need.</summary>
    public long NeededBytes => _count * Shape.Count * (_hasBytes ? 1 : sizeof(float));

    /// <summary>Adds an image.</summary>
    /// <param name="raw">The image's values in the column's shape.</param>
    public void Add(ReadOnlySpan<float> raw)
    {
        if (_isGrey && !IsGrey(raw))
        {
            _isGrey = false;
            Shape = Shape with { Channels = 3 };
            Store = (Store as BytePixelStore)?.ToColour();
            Statistics?.ToColour();
        }

        _count++;
        if (Store is not null && NeededBytes > _maxBytes)
        {
            LeaveMemory(Store);

            // Once in a fit: otherwise the images would stay while the buffer for the next passes is filled, twice the cache in all.
            Store = null;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }

        ReadOnlySpan<float> image = _isGrey ? raw[.._area] : raw;
        Store?.Add(image);
        Statistics?.Add(image);
    }

    private void LeaveMemory(PixelStore store)
    {
        Statistics = new PixelStatistics(Shape.Channels);
        var image = new float[Shape.Count];
        for (int index = 0; index < store.Count; index++)
        {
            store.CopyRaw(index, image);
            Statistics.Add(image);
        }
    }

    private bool IsGrey(ReadOnlySpan<float> raw)
    {
        ReadOnlySpan<float> reds = raw[.._area];
        return reds.SequenceEqual(raw.Slice(_area, _area)) && reds.SequenceEqual(raw.Slice(2 * _area, _area));
    }
}
