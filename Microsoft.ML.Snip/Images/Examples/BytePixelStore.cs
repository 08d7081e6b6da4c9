using System.Security.Cryptography;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Images.Examples;

/// <summary>Stores pixels as bytes.</summary>
/// <param name="shape">The images' shape.</param>
internal sealed class BytePixelStore(ImageShape shape) : PixelStore
{
    private readonly PixelBlocks<byte> _images = new(shape.Count);
    private readonly int _area = shape.Height * shape.Width;

    /// <summary>A store of black images, which <see cref="Set"/> replaces.</summary>
    public BytePixelStore(ImageShape shape, int count)
        : this(shape) => _images.AddBlack(count);

    public override int Count => _images.Count;

    public override long Bytes => _images.Bytes;

    public override bool HasBytes => true;

    public override void Add(ReadOnlySpan<float> raw) => Write(raw, _images.Add());

    public override void Set(int index, ReadOnlySpan<float> raw) => Write(raw, _images[index]);

    public override void CopyFrom(PixelStore source, int from, int to) => ((BytePixelStore)source)._images[from].CopyTo(_images[to]);

    public override void CopyRaw(int index, Span<float> destination)
    {
        Span<byte> image = _images[index];
        for (int i = 0; i < image.Length; i++)
        {
            destination[i] = image[i];
        }
    }

    public override void CopyNormalized(int index, PixelNormalization normalization, Span<float> destination) =>
        normalization.Apply(_images[index], destination);

    public override bool TryCopyBytes(int index, Span<byte> destination)
    {
        _images[index].CopyTo(destination);
        return true;
    }

    public override void AppendTo(IncrementalHash hash, int index) => hash.AppendData(_images[index]);

    /// <summary>Computes with exact sums: the variance of n values is (n * sum of squares - sum squared) / n squared.</summary>
    public override ChannelStatistics[] Measure(ReadOnlySpan<int> indices)
    {
        var sums = new ulong[shape.Channels];
        var squares = new ulong[shape.Channels];
        foreach (int index in indices)
        {
            ReadOnlySpan<byte> image = _images[index];
            for (int channel = 0; channel < shape.Channels; channel++)
            {
                ulong sum = 0;
                ulong square = 0;
                foreach (byte value in image.Slice(channel * _area, _area))
                {
                    sum += value;
                    square += (uint)(value * value);
                }

                sums[channel] += sum;
                squares[channel] += square;
            }
        }

        ulong count = (ulong)indices.Length * (ulong)_area;
        return [.. sums.Zip(squares, (sum, square) => new ChannelStatistics(
            (double)sum / count,
            Math.Sqrt((double)(((UInt128)count * square) - ((UInt128)sum * sum))) / count))];
    }

    private static void Write(ReadOnlySpan<float> raw, Span<byte> image)
    {
        for (int i = 0; i < image.Length; i++)
        {
            image[i] = (byte)raw[i];
        }
    }

    /// <summary>A copy of these grey images with three equal channels.</summary>
    public BytePixelStore ToColour()
    {
        var colour = new BytePixelStore(shape with { Channels = 3 });
        for (int index = 0; index < Count; index++)
        {
            Span<byte> image = colour._images.Add();
            for (int channel = 0; channel < 3; channel++)
            {
                _images[index].CopyTo(image[(channel * _area)..]);
            }
        }

        return colour;
    }
}
