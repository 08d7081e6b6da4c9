using System.Buffers.Binary;
using System.IO.Compression;

namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>
/// The header of an IDX file, the format of the MNIST data sets (http://yann.lecun.com/exdb/mnist): four bytes: 0, 0, 8 (unsigned bytes)
/// and the number of dimensions; then each dimension as a big-endian 32-bit number; then the values. The file may be compressed with gzip.
/// </summary>
/// <param name="Path">The path of the file.</param>
/// <param name="Dimensions">The number of items, then the dimensions of one item.</param>
internal sealed record IdxFile(string Path, int[] Dimensions)
{
    private const int UnsignedBytes = 0x800;

    /// <summary>The number of items in the file.</summary>
    public int Count => Dimensions[0];

    /// <summary>The number of bytes in an item.</summary>
    public int ItemLength => Dimensions.Skip(1).Aggregate(1, (product, size) => checked(product * size));

    /// <summary>Reads and checks the header of a file with the given number of dimensions.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="dimensionCount">1 for labels, 3 for images.</param>
    /// <param name="content">The expected content of the file, for messages.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file is not an IDX file with this number of dimensions.</exception>
    public static IdxFile Open(string path, int dimensionCount, string content)
    {
        using Stream stream = OpenStream(path);
        Span<byte> header = stackalloc byte[4 * (1 + dimensionCount)];
        header.Clear();
        int read = Fill(stream, header, path);
        if (read < sizeof(int))
        {
            throw new FormatException(
                $"'{path}' is too short for an IDX file of {content}: it has {read} bytes, expected {header.Length} or more.");
        }

        int magic = BinaryPrimitives.ReadInt32BigEndian(header);
        if (magic != (UnsignedBytes | dimensionCount))
        {
            throw new FormatException(
                $"'{path}' is not an IDX file of {content}: it starts with the number {magic}, expected {UnsignedBytes | dimensionCount}.");
        }

        if (read < header.Length)
        {
            throw new FormatException($"'{path}' is too short for an IDX file of {content}: its header has {header.Length} bytes.");
        }

        var dimensions = new int[dimensionCount];
        for (int i = 0; i < dimensionCount; i++)
        {
            dimensions[i] = BinaryPrimitives.ReadInt32BigEndian(header[(4 * (1 + i))..]);
        }

        var file = new IdxFile(path, dimensions);
        file.CheckSizes(header.Length, compressed: stream is GZipStream);
        return file;
    }

    /// <summary>Opens the file again, at its first value.</summary>
    public Stream OpenValues()
    {
        Stream stream = OpenStream(Path);
        stream.ReadExactly(new byte[4 * (1 + Dimensions.Length)]);
        return stream;
    }

    /// <summary>Reads the next item.</summary>
    /// <param name="values">The stream from <see cref="OpenValues"/>.</param>
    /// <param name="item">Receives the item's bytes.</param>
    /// <param name="index">The index of the item, for messages.</param>
    public void ReadItem(Stream values, Span<byte> item, long index)
    {
        if (Fill(values, item, Path) < item.Length)
        {
            throw new FormatException(
                $"'{Path}' ends early: its header specifies {Count} items of {item.Length} bytes, but item {index} is not complete.");
        }
    }

    /// <summary>Checks that nothing follows the last item.</summary>
    public void CheckEnd(Stream values)
    {
        if (values.ReadByte() >= 0)
        {
            throw new FormatException($"'{Path}' is too long: bytes follow the {Count} items that its header specifies.");
        }
    }

    private void CheckSizes(int headerLength, bool compressed)
    {
        Int128 itemLength = Dimensions.Skip(1).Aggregate((Int128)1, (product, size) => product * size);
        if (Count < 0 || Dimensions.Skip(1).Any(size => size <= 0) || itemLength > Array.MaxLength / 4)
        {
            throw new FormatException($"'{Path}' has impossible sizes in its header: {string.Join(" x ", Dimensions)}.");
        }

        Int128 expected = headerLength + (Count * itemLength);
        long found = new FileInfo(Path).Length;
        if (!compressed && found != expected)
        {
            throw new FormatException($"'{Path}' has {found} bytes, expected {expected} by its header ({string.Join(" x ", Dimensions)}).");
        }
    }

    private static int Fill(Stream stream, Span<byte> bytes, string path)
    {
        try
        {
            return stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        }
        catch (InvalidDataException fault)
        {
            throw new FormatException($"'{path}' is damaged: its gzip data cannot be decompressed.", fault);
        }
    }

    private static Stream OpenStream(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16, FileOptions.SequentialScan);
        bool compressed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
