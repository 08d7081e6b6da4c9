using System.Buffers.Binary;
using System.IO.Compression;

namespace Microsoft.ML.Snip.Formats.Files;

/// <summary>
/// Reads the content of a model file, one Deflate stream, through a buffer of fixed size. It decompresses only as much as is read, even if
/// the stream would decompress to far more.
/// </summary>
internal sealed class ContentReader : IDisposable
{
    private const int BufferSize = 16 << 10;

    private readonly CountedStream _source;
    private readonly DeflateStream _content;
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _next;
    private int _end;

    /// <param name="compressed">The whole stream.</param>
    public ContentReader(byte[] compressed)
    {
        _source = new CountedStream(compressed);
        _content = new DeflateStream(_source, CompressionMode.Decompress);
    }

    public void Dispose() => _content.Dispose();

    /// <param name="what">The name of the data, for the message if they are missing.</param>
    public byte ReadByte(string what)
    {
        if (_next == _end)
        {
            Fill(what);
        }

        return _buffer[_next++];
    }

    /// <param name="what">The name of the data, for the message if they are missing.</param>
    public uint ReadUInt32(string what)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        Read(bytes, what);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <param name="destination">Receives the bytes; it is filled completely.</param>
    /// <param name="what">The name of the data, for the message if they are missing.</param>
    public void Read(Span<byte> destination, string what)
    {
        while (!destination.IsEmpty)
        {
            if (_next == _end)
            {
                Fill(what);
            }

            int length = Math.Min(destination.Length, _end - _next);
            _buffer.AsSpan(_next, length).CopyTo(destination);
            _next += length;
            destination = destination[length..];
        }
    }

    /// <exception cref="FormatException">There is more content than was read, data follow the content, or its end is missing.</exception>
    public void RequireEnd()
    {
        if (_next < _end || TryFill())
        {
            throw new FormatException("There is more content than the metadata specify.");
        }

        if (_source.IsExceeded)
        {
            throw new FormatException("The compressed content has no end.");
        }

        if (_source.Position < _source.Length)
        {
            throw new FormatException("There are data after the compressed content; expected the end.");
        }
    }

    private void Fill(string what)
    {
        if (!TryFill())
        {
            throw new FormatException($"The content ends before its {what}.");
        }
    }

    /// <summary>Fills the buffer; false at the end of the stream.</summary>
    private bool TryFill()
    {
        try
        {
            (_next, _end) = (0, _content.Read(_buffer));
            return _end > 0;
        }
        catch (InvalidDataException exception)
        {
            throw new FormatException($"The compressed content is not a valid Deflate stream: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Returns its last bytes one by one, so that the position shows whether the decompressor needed all of them and whether data follow.
    /// </summary>
    private sealed class CountedStream(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        private const int GivenOneByOne = 16;

        /// <summary>Whether a read was attempted after the last byte.</summary>
        public bool IsExceeded { get; private set; }

        /// <summary>For a class derived from MemoryStream, reads into a span also call this method.</summary>
        public override int Read(byte[] buffer, int offset, int count)
        {
            IsExceeded |= Position == Length;
            int max = (int)Math.Max(1, Length - Position - GivenOneByOne);
            return base.Read(buffer, offset, Math.Min(count, max));
        }
    }
}
