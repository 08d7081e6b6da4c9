#nullable enable
#if !NET // The build also compiles this file alone, as an MSBuild task, for .NET Standard.
using System;
using System.Collections.Generic;
using System.IO;
#endif
using System.Text;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>
/// Marks an ELF64 library's need of GLIBCXX_3.4.32 as weak, so that systems with an older libstdc++ can load the library.
/// </summary>
/// <remarks>
/// That version has one symbol, std::ios_base_library_init(), which GCC 13 adds as a marker to every file that includes iostream. The
/// marker is not needed as long as nothing is bound to it: a library is edited only if its one symbol of this version is the marker,
/// undefined and without a relocation. The flag is VER_FLG_WEAK of a Vernaux entry (System V gABI, symbol versioning).
/// </remarks>
internal static class VersionNeed
{
    /// <summary>The version whose need is marked as weak.</summary>
    public const string Version = "GLIBCXX_3.4.32";

    private const string HarmlessSymbol = "_ZSt21ios_base_library_initv";
    private const uint SectionOfSymbolVersions = 0x6fffffff, SectionOfVersionNeeds = 0x6ffffffe, SectionOfDynamicSymbols = 11;
    private const uint SectionOfRelocationsWithAddend = 4, SectionOfRelocations = 9;
    private const ushort WeakFlag = 2;

    /// <summary>Edits the file in place. Returns the reason why it must not be edited; null if it was edited or needed no change.</summary>
    public static string? Relax(byte[] file)
    {
        try
        {
            return RelaxWellFormed(file);
        }
        catch (ArgumentException exception)
        {
            return "it is not a well-formed ELF64 library (" + exception.Message + ")";
        }
    }

    private static string? RelaxWellFormed(byte[] file)
    {
        if (file.Length < 64 || BitConverter.ToUInt32(file, 0) != 0x464c457f || file[4] != 2 || file[5] != 1)
        {
            return "it is not a little-endian ELF64 library";
        }

        List<Section> sections = ReadSections(file);
        foreach (Section needs in sections.FindAll(section => section.Type == SectionOfVersionNeeds))
        {
            long at = needs.Offset;
            for (uint left = needs.Info; left > 0; left--)
            {
                long entry = at + BitConverter.ToUInt32(file, (int)at + 8);
                for (int count = BitConverter.ToUInt16(file, (int)at + 2); count > 0; count--)
                {
                    string name = ReadName(file, sections[(int)needs.Link], BitConverter.ToUInt32(file, (int)entry + 8));
                    ushort flags = BitConverter.ToUInt16(file, (int)entry + 4);
                    if (name == Version && (flags & WeakFlag) == 0)
                    {
                        string? refusal = WhyNotHarmless(file, sections, BitConverter.ToUInt16(file, (int)entry + 6));
                        if (refusal != null)
                        {
                            return refusal;
                        }

                        file[entry + 4] |= (byte)WeakFlag;
                    }

                    uint next = BitConverter.ToUInt32(file, (int)entry + 12);
                    if (next == 0)
                    {
                        break;
                    }

                    entry += next;
                }

                uint nextNeed = BitConverter.ToUInt32(file, (int)at + 12);
                if (nextNeed == 0)
                {
                    break;
                }

                at += nextNeed;
            }
        }

        return null;
    }

    private static string? WhyNotHarmless(byte[] file, List<Section> sections, ushort versionIndex)
    {
        Section? versions = sections.Find(section => section.Type == SectionOfSymbolVersions);
        Section? symbols = sections.Find(section => section.Type == SectionOfDynamicSymbols);
        if (versions == null || symbols == null)
        {
            return "it needs " + Version + " but has no table of symbol versions";
        }

        var marks = new HashSet<long>();
        for (long index = 0; index < versions.Size / 2; index++)
        {
            if ((BitConverter.ToUInt16(file, (int)(versions.Offset + 2 * index)) & 0x7fff) != versionIndex)
            {
                continue;
            }

            int symbol = (int)(symbols.Offset + 24 * index);
            string name = ReadName(file, sections[(int)symbols.Link], BitConverter.ToUInt32(file, symbol));
            bool undefined = BitConverter.ToUInt16(file, symbol + 6) == 0;
            if (name != HarmlessSymbol || !undefined)
            {
                return "its symbol '" + name + "' needs " + Version + "; only the marker " + HarmlessSymbol + " may need it";
            }

            marks.Add(index);
        }

        foreach (Section section in sections)
        {
            long size = section.Type == SectionOfRelocationsWithAddend ? 24 : section.Type == SectionOfRelocations ? 16 : 0;
            for (long at = section.Offset; size > 0 && at < section.Offset + section.Size; at += size)
            {
                if (marks.Contains(BitConverter.ToUInt32(file, (int)at + 12)))
                {
                    return "a relocation binds to " + HarmlessSymbol;
                }
            }
        }

        return null;
    }

    private static List<Section> ReadSections(byte[] file)
    {
        long table = BitConverter.ToInt64(file, 0x28);
        int size = BitConverter.ToUInt16(file, 0x3a), count = BitConverter.ToUInt16(file, 0x3c);
        var sections = new List<Section>();
        for (int index = 0; index < count; index++)
        {
            int at = (int)(table + (long)index * size);
            sections.Add(new Section
            {
                Type = BitConverter.ToUInt32(file, at + 4),
                Offset = BitConverter.ToInt64(file, at + 24),
                Size = BitConverter.ToInt64(file, at + 32),
                Link = BitConverter.ToUInt32(file, at + 40),
                Info = BitConverter.ToUInt32(file, at + 44),
            });
        }

        return sections;
    }

    private static string ReadName(byte[] file, Section strings, uint offset)
    {
        int start = (int)(strings.Offset + offset), end = Array.IndexOf(file, (byte)0, start);
        return Encoding.ASCII.GetString(file, start, end - start);
    }

    private sealed class Section
    {
        public uint Type, Link, Info;
        public long Offset, Size;
    }
}

#if !NET
/// <summary>
/// Copies a library and marks the need as weak. A library that must not be edited is copied unchanged, with warning SNIP0001; a library
/// that does not need the version is copied unchanged, without a warning.
/// </summary>
public sealed class RelaxVersionNeed : Microsoft.Build.Utilities.Task
{
    /// <summary>The library.</summary>
    [Microsoft.Build.Framework.Required]
    public string Source { get; set; } = "";

    /// <summary>The copy.</summary>
    [Microsoft.Build.Framework.Required]
    public string Destination { get; set; } = "";

    /// <inheritdoc/>
    public override bool Execute()
    {
        byte[] file = File.ReadAllBytes(Source);
        string? refusal = VersionNeed.Relax(file);
        if (refusal != null)
        {
            Log.LogWarning(null, "SNIP0001", null, Source, 0, 0, 0, 0, "'{0}' is used unchanged: {1}.", Source, refusal);
        }

        // The copy gets its final name only when it is complete: the next build would use a partial copy.
        Directory.CreateDirectory(Path.GetDirectoryName(Destination)!);
        string unfinished = Destination + "." + Guid.NewGuid().ToString("N") + ".unfinished";
        try
        {
            File.WriteAllBytes(unfinished, file);
            File.Delete(Destination);
            File.Move(unfinished, Destination);
        }
        finally
        {
            File.Delete(unfinished);
        }

        return true;
    }
}
#endif
