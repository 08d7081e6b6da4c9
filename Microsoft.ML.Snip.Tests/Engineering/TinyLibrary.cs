using System.Text;

namespace Microsoft.ML.Snip.Tests.Engineering;

/// <summary>
/// The smallest ELF64 library that needs a version of a symbol: names, two undefined symbols, the version of each, one need with two
/// versions, one relocation. By default what GCC 13 leaves in a file that includes iostream: only the marker has the version, and nothing
/// is bound to it.
/// </summary>
internal sealed record TinyLibrary
{
    private const int HeaderSize = 64, SectionSize = 64, SymbolSize = 24, NeedSize = 16;
    private const string Names = "\0" + Marker + "\0printf\0GLIBCXX_3.4\0GLIBCXX_3.4.32\0GLIBCXX_3.4.31\0libstdc++.so.6\0";
    private const string Marker = "_ZSt21ios_base_library_initv";
    private const ushort OldVersion = 2, NewVersion = 3;
    private const int SymbolsAt = 256, VersionsAt = SymbolsAt + (3 * SymbolSize), NeedsAt = VersionsAt + 8;
    private const int RelocationsAt = NeedsAt + (3 * NeedSize), SectionsAt = RelocationsAt + 24;

    /// <summary>Where the flags of the newer version are: vna_flags of the second entry behind the need.</summary>
    public const int FlagsAt = NeedsAt + (2 * NeedSize) + 4;

    public string Version { get; init; } = "GLIBCXX_3.4.32";

    public ushort Flags { get; init; }

    public bool MarkerIsDefinedHere { get; init; }

    public bool AnotherSymbolHasTheVersion { get; init; }

    public bool ARelocationBindsTheMarker { get; init; }

    public byte[] ToBytes()
    {
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        WriteHeader(writer);
        writer.Write(Encoding.ASCII.GetBytes(Names));

        file.Position = SymbolsAt + SymbolSize; // The first symbol is nothing.
        WriteSymbol(writer, Marker, MarkerIsDefinedHere ? (ushort)1 : (ushort)0);
        WriteSymbol(writer, "printf", section: 0);

        file.Position = VersionsAt;
        writer.Write((ushort)0);
        writer.Write(NewVersion);
        writer.Write(AnotherSymbolHasTheVersion ? NewVersion : OldVersion);

        file.Position = NeedsAt;
        writer.Write((ushort)1);
        writer.Write((ushort)2); // two versions of this library
        writer.Write(At("libstdc++.so.6"));
        writer.Write(NeedSize); // the first follows
        writer.Write(0); // the last need
        WriteVersion(writer, "GLIBCXX_3.4", flags: 0, OldVersion, next: NeedSize);
        WriteVersion(writer, Version, Flags, NewVersion, next: 0);

        writer.Write(0L); // what is relocated
        writer.Write(((ARelocationBindsTheMarker ? 1L : 2L) << 32) | 6); // symbol, R_X86_64_GLOB_DAT
        writer.Write(0L);

        WriteSection(writer, type: 0, at: 0, size: 0, link: 0, info: 0);
        WriteSection(writer, type: 3, at: HeaderSize, size: Names.Length, link: 0, info: 0); // SHT_STRTAB
        WriteSection(writer, type: 11, at: SymbolsAt, size: 3 * SymbolSize, link: 1, info: 1); // SHT_DYNSYM
        WriteSection(writer, type: 0x6fffffff, at: VersionsAt, size: 6, link: 2, info: 0); // SHT_GNU_versym
        WriteSection(writer, type: 0x6ffffffe, at: NeedsAt, size: 3 * NeedSize, link: 1, info: 1); // SHT_GNU_verneed
        WriteSection(writer, type: 4, at: RelocationsAt, size: 24, link: 2, info: 0); // SHT_RELA
        return file.ToArray();
    }

    private static void WriteHeader(BinaryWriter writer)
    {
        writer.Write([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]); // 64 bits, little-endian
        writer.Write((ushort)3); // a shared library
        writer.Write((ushort)62); // for x86-64
        writer.Write(1);
        writer.Write(0L);
        writer.Write(0L);
        writer.Write((long)SectionsAt);
        writer.Write(0);
        writer.Write((ushort)HeaderSize);
        writer.Write(0);
        writer.Write((ushort)SectionSize);
        writer.Write((ushort)6);
        writer.Write((ushort)0);
    }

    private static void WriteSymbol(BinaryWriter writer, string name, ushort section)
    {
        writer.Write(At(name));
        writer.Write((byte)0x12); // a global function
        writer.Write((byte)0);
        writer.Write(section);
        writer.Write(0L);
        writer.Write(0L);
    }

    private static void WriteVersion(BinaryWriter writer, string name, ushort flags, ushort index, int next)
    {
        writer.Write(0); // its hash, which only the loader reads
        writer.Write(flags);
        writer.Write(index);
        writer.Write(At(name));
        writer.Write(next);
    }

    private static void WriteSection(BinaryWriter writer, uint type, long at, long size, int link, int info)
    {
        writer.Write(0);
        writer.Write(type);
        writer.Write(0L);
        writer.Write(0L);
        writer.Write(at);
        writer.Write(size);
        writer.Write(link);
        writer.Write(info);
        writer.Write(0L);
        writer.Write(0L);
    }

    private static int At(string name) => Names.IndexOf("\0" + name + "\0", StringComparison.Ordinal) + 1;
}
