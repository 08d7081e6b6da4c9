using System.Buffers.Binary;

namespace Microsoft.ML.Snip.Formats;

/// <summary>Reads the part of a model file that its checksum covers; never past its end.</summary>
internal sealed class PayloadReader(ReadOnlyMemory<byte> payload)
{
    private ReadOnlyMemory<byte> _left = payload;

    /// <param name="what">What is read, for the message if it is not there.</param>
    public byte ReadByte(string what) => Take(sizeof(byte), what).Span[0];

    /// <param name="what">What is read, for the message if it is not there.</param>
    public uint ReadUInt32(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint), what).Span);

    /// <summary>Compressed bytes, after the number that says how many there are.</summary>
    /// <param name="what">What is read, for the message if it is not there.</param>
    public ReadOnlyMemory<byte> ReadBlock(string what)
    {
        uint length = ReadUInt32(what);
        return Take(length, what);
    }

    public void RequireEnd()
    {
        if (!_left.IsEmpty)
        {
            throw new FormatException($"After the last parameter {_left.Length} bytes are left; expected none.");
        }
    }

    private ReadOnlyMemory<byte> Take(uint length, string what)
    {
        if (length > _left.Length)
        {
            throw new FormatException($"For {what} {length} bytes were expected, but only {_left.Length} are left.");
        }

        ReadOnlyMemory<byte> taken = _left[..(int)length];
        _left = _left[(int)length..];
        return taken;
    }
}
