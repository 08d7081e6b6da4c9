using System.Text;

namespace Microsoft.ML.Snip.Formats.Files;

/// <summary>
/// Files that are written under another name first. Their names start with a dot, so that lists of files leave them out, and a process
/// holds a lock on its own until it is written, so that those of processes that were killed can be told apart and removed.
/// </summary>
internal static class TemporaryFile
{
    private const string Suffix = ".snip-tmp";

    /// <summary>Most bytes of a file name on all usual file systems.</summary>
    private const int LongestName = 255;

    private const int RandomLength = 8;

    /// <summary>Younger files are left alone: a process has just made one and not locked it yet, or let it go to rename it.</summary>
    private static readonly TimeSpan YoungestAbandoned = TimeSpan.FromSeconds(10);

    /// <summary>Where files cannot be listed, none is removed.</summary>
    private static readonly EnumerationOptions WhatCanBeSeen = new() { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Directory };

    /// <summary>A name that is free, in the same folder as the file it will become.</summary>
    public static string NameFor(string target) =>
        Path.Combine(Path.GetDirectoryName(target)!, PrefixFor(target) + Path.GetRandomFileName()[..RandomLength] + Suffix);

    /// <summary>Makes the file and locks it.</summary>
    public static FileStream Create(string temporary) => new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);

    /// <summary>Says, before the lock is let go, that the file is still needed.</summary>
    public static void MarkInUse(FileStream file) => File.SetLastWriteTimeUtc(file.SafeFileHandle, DateTime.UtcNow);

    /// <summary>Removes what earlier processes that were killed left of files that were to become this one.</summary>
    public static void RemoveAbandoned(string target)
    {
        string prefix = PrefixFor(target);
        foreach (FileInfo file in new DirectoryInfo(Path.GetDirectoryName(target)!).EnumerateFiles("*", WhatCanBeSeen))
        {
            if (file.Name.StartsWith(prefix, StringComparison.Ordinal) && file.Name.EndsWith(Suffix, StringComparison.Ordinal)
                && file.Name.Length == prefix.Length + RandomLength + Suffix.Length
                && DateTime.UtcNow - file.LastWriteTimeUtc > YoungestAbandoned)
            {
                RemoveUnlessLocked(file.FullName);
            }
        }
    }

    /// <summary>A file that cannot be opened or removed is somebody else's, and does no harm.</summary>
    private static void RemoveUnlessLocked(string path)
    {
        try
        {
            using (new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None))
            {
                // Whoever writes it would hold it.
            }

            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>A dot, as much of the file's name as leaves room for the rest, and a dot.</summary>
    private static string PrefixFor(string target)
    {
        string name = Path.GetFileName(target);
        int max = LongestName - (2 + RandomLength + Suffix.Length);
        while (Encoding.UTF8.GetByteCount(name) > max)
        {
            name = name[..^(char.IsLowSurrogate(name[^1]) ? 2 : 1)];
        }

        return $".{name}.";
    }
}
