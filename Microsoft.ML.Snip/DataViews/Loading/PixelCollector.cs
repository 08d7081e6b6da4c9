using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.Images.InMemory;

namespace Microsoft.ML.Snip.DataViews.Loading;

/// <summary>
/// Collects pixels as they are read. Where the number of channels is found out from the data, images are stored with one grey channel until
/// the first image with a coloured pixel. The images before it then get three equal channels, as if they had been read in colour.
/// </summary>
internal sealed class PixelCollector
{
    private readonly int _area;
    private BytePixelStore? _grey;

    /// <param name="column">The column that is read.</param>
    public PixelCollector(ImageColumn column)
    {
        _area = column.Shape.Height * column.Shape.Width;
        Shape = column.ChannelsAreGuessed ? column.Shape with { Channels = 1 } : column.Shape;
        Store = column.HasByteValues ? new BytePixelStore(Shape) : new FloatPixelStore(Shape);
        _grey = column.ChannelsAreGuessed ? (BytePixelStore)Store : null;
    }

    /// <summary>The shape of the images so far.</summary>
    public ImageShape Shape { get; private set; }

    /// <summary>The images so far.</summary>
    public PixelStore Store { get; private set; }

    /// <summary>Adds an image.</summary>
    /// <param name="raw">The image's values in the column's shape.</param>
    public void Add(ReadOnlySpan<float> raw)
    {
        if (_grey is not null && !IsGrey(raw))
        {
            Shape = Shape with { Channels = 3 };
            Store = _grey.ToColour();
            _grey = null;
        }

        Store.Add(_grey is null ? raw : raw[.._area]);
    }

    private bool IsGrey(ReadOnlySpan<float> raw)
    {
        ReadOnlySpan<float> reds = raw[.._area];
        return reds.SequenceEqual(raw.Slice(_area, _area)) && reds.SequenceEqual(raw.Slice(2 * _area, _area));
    }
}
