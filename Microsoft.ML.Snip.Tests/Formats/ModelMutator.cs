using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.ML.Snip.Formats;

namespace Microsoft.ML.Snip.Tests.Formats;

/// <summary>Damages model files in every way we can think of: some are caught by the checksum, most have a right one.</summary>
internal sealed partial class ModelMutator
{
    private static readonly uint[] HostileNumbers = [0, 1, 2, 7, 255, 256, 65_535, 1 << 20, 1 << 27, int.MaxValue, 1u << 31, uint.MaxValue];
    private static readonly string[] HostileTexts =
    [
        "0", "-1", "1", "65536", "1000000", "50000000", "2147483647", "2147483648", "99999999999999999999", "1e308", "0.5", "null", "[]", "{}", "\"\"",
        "\"NaN\"", "true", "[null]",
    ];

    private readonly byte[] _file;
    private readonly FileParts _parts;

    public ModelMutator(SnipModel model)
    {
        _file = SampleModels.Write(model);
        _parts = FileParts.Split(_file, model.Network.Definition);
    }

    /// <summary>One damaged file; the same random numbers give the same one.</summary>
    public byte[] Mutate(Random random) => random.Next(8) switch
    {
        0 => FlipBits([.. _file], random),
        1 => _file[..random.Next(_file.Length)],
        2 => Seal(FlipBits([.. _file], random)),
        3 => Seal(Splice(_file, FileParts.HeaderSize, random)),
        4 => Seal(PlaceNumber([.. _file], random)),
        5 => DamageContent(random),
        6 => _parts.WithMetadata(DamageText(_parts.Parts[FileParts.Metadata].Content, random)).Join(_file),
        _ => MoveParts(random),
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

    private static byte[] PlaceNumber(byte[] file, Random random)
    {
        int at = random.Next(FileParts.HeaderSize, file.Length - sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), HostileNumbers[random.Next(HostileNumbers.Length)]);
        return file;
    }

    private byte[] DamageContent(Random random)
    {
        int index = random.Next(_parts.Parts.Count);
        FilePart part = _parts.Parts[index];
        byte[] content = random.Next(4) switch
        {
            0 => FlipBits([.. part.Content], random),
            1 => Splice(part.Content, 0, random),
            2 => new byte[random.Next(100) == 0 ? 100_000_000 : random.Next(100_000)],
            _ => [.. part.Content.Select(value => random.Next(8) == 0 ? (byte)255 : value)],
        };
        if (!part.IsBlock && random.Next(2) == 0)
        {
            content = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(content, HostileNumbers[random.Next(HostileNumbers.Length)]);
        }

        return _parts.With(index, part with { Content = content }).Join(_file);
    }

    private byte[] MoveParts(Random random)
    {
        List<FilePart> parts = [.. _parts.Parts];
        FilePart moved = parts[random.Next(parts.Count)];
        if (random.Next(2) == 0)
        {
            parts.Remove(moved);
        }

        if (random.Next(2) == 0)
        {
            parts.Insert(random.Next(parts.Count + 1), moved);
        }

        return new FileParts(parts).Join(_file);
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
