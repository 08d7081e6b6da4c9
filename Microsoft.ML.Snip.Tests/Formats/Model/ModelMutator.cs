using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Snip.Formats.Model;

namespace Microsoft.ML.Snip.Tests.Formats.Model;

/// <summary>Damages model files in every way we can think of: some are caught by the checksum, most have a right one.</summary>
internal sealed partial class ModelMutator
{
    private static readonly uint[] HostileNumbers = [0, 1, 2, 7, 255, 256, 65_535, 1 << 20, 1 << 27, int.MaxValue, 1u << 31, uint.MaxValue];
    private static readonly string[] HostileTexts =
    [
        "0", "-1", "1", "65536", "1000000", "50000000", "2147483647", "2147483648", "99999999999999999999", "1e308", "0.5", "null", "[]",
        "{}", "\"\"",
        "\"NaN\"", "true", "[null]",
    ];

    private readonly byte[] _file;
    private readonly FileParts _parts;

    public ModelMutator(SnipModel model)
    {
        _file = SampleModels.Write(model);
        _parts = FileParts.Split(_file, model.Network);
    }

    /// <summary>
    /// One damaged file; the same random numbers give the same one. Most have a right checksum, behind which the damage lies.
    /// </summary>
    public byte[] Mutate(Random random) => random.Next(16) switch
    {
        0 => FlipBits([.. _file], random),
        1 => _file[..random.Next(_file.Length)],
        2 => Seal(FlipBits([.. _file], random)),
        3 => Seal(Splice(_file, FileParts.HeaderSize, random)),
        4 or 5 => FileParts.Join(PlaceNumber(_parts.ToContent(), random)),
        6 => FileParts.Join(Splice(_parts.ToContent(), 0, random)),
        7 => FileParts.Wrap(FlipBits(_file[FileParts.HeaderSize..], random)),
        8 or 9 => DamageNumbers(random),
        10 or 11 or 12 => _parts.WithMetadata(DamageText(_parts.Metadata, random)).Join(),
        13 => MoveNumbers(random),
        _ => ExtremeModels.Draw(random),
    };

    private static byte[] Seal(byte[] file)
    {
        FileParts.Seal(file);
        return file;
    }

    private static byte[] FlipBits(byte[] bytes, Random random)
    {
        for (int flips = random.Next(1, 9); flips > 0 && bytes.Length > 0; flips--)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }

        return bytes;
    }

    /// <summary>Replaces a range by another one, of zeros or of bytes from elsewhere; either may be empty.</summary>
    private static byte[] Splice(byte[] bytes, int first, Random random)
    {
        int start = random.Next(first, bytes.Length + 1), end = random.Next(start, Math.Min(bytes.Length, start + 64) + 1);
        int from = random.Next(bytes.Length + 1), to = random.Next(from, Math.Min(bytes.Length, from + 64) + 1);
        byte[] inserted = random.Next(2) == 0 ? new byte[random.Next(64)] : bytes[from..to];
        return [.. bytes[..start], .. inserted, .. bytes[end..]];
    }

    private static byte[] PlaceNumber(byte[] content, Random random)
    {
        int at = random.Next(content.Length - sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(at), HostileNumbers[random.Next(HostileNumbers.Length)]);
        return content;
    }

    private byte[] DamageNumbers(Random random)
    {
        int index = random.Next(_parts.Numbers.Count);
        byte[] bytes = _parts.Numbers[index];
        byte[] damaged = random.Next(5) switch
        {
            0 => FlipBits([.. bytes], random),
            1 => Splice(bytes, 0, random),
            2 => new byte[random.Next(100) == 0 ? 20_000_000 : random.Next(100_000)],
            3 => [.. bytes.Select(value => random.Next(8) == 0 ? (byte)255 : value)],
            _ => HostileNumber(random),
        };
        return _parts.With(index, damaged).Join();
    }

    private static byte[] HostileNumber(Random random)
    {
        var bytes = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, HostileNumbers[random.Next(HostileNumbers.Length)]);
        return bytes;
    }

    private byte[] MoveNumbers(Random random)
    {
        List<byte[]> numbers = [.. _parts.Numbers];
        byte[] moved = numbers[random.Next(numbers.Count)];
        if (random.Next(2) == 0)
        {
            numbers.Remove(moved);
        }

        if (random.Next(2) == 0)
        {
            numbers.Insert(random.Next(numbers.Count + 1), moved);
        }

        return (_parts with { Numbers = numbers }).Join();
    }

    /// <summary>Puts hostile values in place of one or two of the JSON text's, or damages the text itself.</summary>
    private static byte[] DamageText(byte[] json, Random random)
    {
        if (random.Next(4) == 0)
        {
            return random.Next(2) == 0 ? FlipBits([.. json], random) : Splice(json, 0, random);
        }

        string text = Encoding.UTF8.GetString(json);
        for (int changes = random.Next(1, 3); changes > 0; changes--)
        {
            MatchCollection values = JsonValue().Matches(text);
            Match value = values[random.Next(values.Count)];
            string other = random.Next(2) == 0 ? HostileTexts[random.Next(HostileTexts.Length)] : values[random.Next(values.Count)].Value;
            text = text[..value.Index] + other + text[(value.Index + value.Length)..];
        }

        return Encoding.UTF8.GetBytes(text);
    }

    [GeneratedRegex("""(?<=[:\[,])("[^"]*"|[-+.0-9eE]+|true|false|null)(?=[,}\]])""")]
    private static partial Regex JsonValue();
}
