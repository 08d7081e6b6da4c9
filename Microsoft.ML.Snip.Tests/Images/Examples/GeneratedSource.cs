using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Tests.Images.Examples;

/// <summary>Grey images of noise with a bright stripe whose place is the class, generated when they are read.</summary>
/// <param name="count">The number of images.</param>
/// <param name="isRandomAccess">Whether rows can be read in any order.</param>
internal sealed class GeneratedSource(int count, bool isRandomAccess) : ImageSource
{
    /// <summary>An image takes 4,096 bytes, so that 256 images fit into a megabyte.</summary>
    public const int Side = 64, Classes = 4;

    private int _passes;

    /// <summary>Whether the images are sorted by class.</summary>
    public bool IsSorted { get; init; }

    /// <summary>A row that cannot be read, or -1.</summary>
    public int BrokenRow { get; init; } = -1;

    /// <summary>The pass from which on two rows have changed places, counted from 1.</summary>
    public int PassThatDiffers { get; init; } = int.MaxValue;

    /// <summary>The number of times that the images have been opened.</summary>
    public int Passes => _passes;

    public override int Count => count;

    public override ImageDataViewType ImageType => new(Side, Side);

    public override bool IsRandomAccess => isRandomAccess;

    public int ClassOf(int row) => IsSorted ? (int)((long)row * Classes / count) : row * 7 % 11 % Classes;

    /// <summary>The first pixels of an image are its number, so that it can be told apart.</summary>
    public byte[] PixelsOf(int row)
    {
        var pixels = new byte[Side * Side];
        new Random(row).NextBytes(pixels);
        pixels.AsSpan((1 + ClassOf(row)) * 8 * Side, 4 * Side).Fill(250);
        (pixels[0], pixels[1]) = ((byte)row, (byte)(row >> 8));
        return pixels;
    }

    public override ImageReader Open(bool images, bool labels)
    {
        int pass = images ? Interlocked.Increment(ref _passes) : 0;
        return new Reader(this, pass);
    }

    private sealed class Reader(GeneratedSource source, int pass) : ImageReader
    {
        private int _row;

        public override void MoveTo(int row) => _row = pass < source.PassThatDiffers ? row : row ^ 1;

        public override MLImage ReadImage()
        {
            if (_row == source.BrokenRow)
            {
                throw new FormatException($"row {_row} is broken");
            }

            byte[] colours = [.. source.PixelsOf(_row).SelectMany(grey => new[] { grey, grey, grey, byte.MaxValue })];
            return MLImage.CreateFromPixels(Side, Side, MLPixelFormat.Bgra32, colours);
        }

        public override string ReadLabel() => $"class {source.ClassOf(_row)}";

        protected override void Dispose(bool disposing)
        {
        }
    }
}
