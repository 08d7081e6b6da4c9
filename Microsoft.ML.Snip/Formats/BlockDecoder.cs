using System.Buffers;
using System.IO.Compression;

namespace Microsoft.ML.Snip.Formats;

/// <summary>
/// Decompresses one Brotli stream as far as it is asked to, through a buffer of fixed size: however much a stream would decompress to, only what its
/// reader expects is ever produced.
/// </summary>
internal sealed class BlockDecoder : IDisposable
{
    private const int BufferSize = 16 << 10;

    private readonly string _what;
    private readonly byte[] _buffer;
    private ReadOnlyMemory<byte> _compressed;
    private BrotliDecoder _decoder;
    private int _next;
    private int _end;
    private bool _done;

    /// <param name="compressed">The whole stream.</param>
    /// <param name="what">What it holds, for messages.</param>
    public BlockDecoder(ReadOnlyMemory<byte> compressed, string what)
    {
        _compressed = compressed;
        _what = what;
        _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    }

    public void Dispose()
    {
        _decoder.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    public byte ReadByte()
    {
        if (_next == _end)
        {
            Fill();
        }

        return _buffer[_next++];
    }

    public void Read(Span<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            if (_next == _end)
            {
                Fill();
            }

            int length = Math.Min(destination.Length, _end - _next);
            _buffer.AsSpan(_next, length).CopyTo(destination);
            _next += length;
            destination = destination[length..];
        }
    }

    /// <exception cref="FormatException">The stream holds more than was read.</exception>
    public void RequireEnd()
    {
        if (_next < _end || TryFill())
        {
            throw new FormatException($"The compressed {_what} are longer than expected.");
        }

        if (!_compressed.IsEmpty)
        {
            throw new FormatException($"After the compressed {_what} {_compressed.Length} bytes are left; expected none.");
        }
    }

    private void Fill()
    {
        if (!TryFill())
        {
            throw new FormatException($"The compressed {_what} are shorter than expected.");
        }
    }

    /// <summary>False at the end of the stream.</summary>
    private bool TryFill()
    {
        if (_done)
        {
            return false;
        }

        OperationStatus status = _decoder.Decompress(_compressed.Span, _buffer, out int consumed, out int written);
        _compressed = _compressed[consumed..];
        if (status is OperationStatus.InvalidData or OperationStatus.NeedMoreData)
        {
            throw new FormatException($"The compressed {_what} are no whole Brotli stream.");
        }

        _done = status == OperationStatus.Done;
        _next = 0;
        _end = written;
        return written > 0;
    }
}
