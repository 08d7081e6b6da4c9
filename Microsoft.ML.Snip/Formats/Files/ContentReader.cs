using System.Buffers.Binary;
using System.IO.Compression;

namespace Microsoft.ML.Snip.Formats.Files;

/// <summary>
/// Reads the content of a model file, one Deflate stream, as far as it is asked to, through a buffer of fixed size: however much the stream
/// would decompress to, only what its reader expects is ever produced.
/// </summary>
internal sealed class ContentReader : IDisposable
{
    private const int BufferSize = 16 << 10;

    private readonly Source _source;
    private readonly DeflateStream _content;
    private readonly byte[] _buffer = new byte[BufferSize];
    private int _next;
    private int _end;

    /// <param name="compressed">The whole stream.</param>
    public ContentReader(byte[] compressed)
    {
        _source = new Source(compressed);
        _content = new DeflateStream(_source, CompressionMode.Decompress);
    }

    public void Dispose() => _content.Dispose();

    /// <param name="what">What is read, for the message if it is not there.</param>
    public byte ReadByte(string what)
    {
        if (_next == _end)
        {
            Fill(what);
        }

        return _buffer[_next++];
    }

    /// <param name="what">What is read, for the message if it is not there.</param>
    public uint ReadUInt32(string what)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        Read(bytes, what);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    /// <param name="destination">Receives as many bytes as it has room for.</param>
    /// <param name="what">What is read, for the message if it is not there.</param>
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

    /// <exception cref="FormatException">
    /// There is more content than was read, something follows it, or its last part is missing.
    /// </exception>
    public void RequireEnd()
    {
        if (_next < _end || TryFill())
        {
            throw new FormatException("There is more content than the metadata call for.");
        }

        if (_source.IsExceeded)
        {
            throw new FormatException("The compressed content has no end.");
        }

        if (_source.Position < _source.Length)
        {
            throw new FormatException("Something follows the compressed content; expected nothing.");
        }
    }

    private void Fill(string what)
    {
        if (!TryFill())
        {
            throw new FormatException($"The content ends before its {what}.");
        }
    }

    /// <summary>False at the end of the stream.</summary>
    private bool TryFill()
    {
        try
        {
            (_next, _end) = (0, _content.Read(_buffer));
            return _end > 0;
        }
        catch (InvalidDataException exception)
        {
            throw new FormatException($"The compressed content is no Deflate stream: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Gives its last bytes one by one, and only when asked, so that it can be seen whether the decompressor needed them, and nothing
    /// behind them.
    /// </summary>
    private sealed class Source(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        private const int GivenOneByOne = 16;

        /// <summary>Whether more was asked for than there is.</summary>
        public bool IsExceeded { get; private set; }

        /// <summary>Of a class derived from a memory stream, reading into a span comes here too.</summary>
        public override int Read(byte[] buffer, int offset, int count)
        {
            IsExceeded |= Position == Length;
            int max = (int)Math.Max(1, Length - Position - GivenOneByOne);
            return base.Read(buffer, offset, Math.Min(count, max));
        }
    }
}
