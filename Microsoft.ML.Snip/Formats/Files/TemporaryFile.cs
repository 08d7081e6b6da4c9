using System.Text;

namespace Microsoft.ML.Snip.Formats.Files;

/// <summary>
/// Temporary files that are renamed to their final name when they are complete. Their names start with a dot, so that they are hidden. A
/// process locks its file while it writes it, so that the files of killed processes can be recognised and removed.
/// </summary>
internal static class TemporaryFile
{
    private const string Suffix = ".snip-tmp";

    /// <summary>The maximum length of a file name in bytes on common file systems.</summary>
    private const int LongestName = 255;

    private const int RandomLength = 8;

    /// <summary>
    /// The minimum age of a file to remove: a younger one may have been created and not locked yet, or unlocked for renaming.
    /// </summary>
    private static readonly TimeSpan YoungestAbandoned = TimeSpan.FromSeconds(10);

    /// <summary>Files that cannot be listed are not removed.</summary>
    private static readonly EnumerationOptions AccessibleFiles = new()
    {
        IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Directory,
    };

    /// <summary>A new random name in the same folder as the target file.</summary>
    public static string NameFor(string target) =>
        Path.Combine(Path.GetDirectoryName(target)!, PrefixFor(target) + Path.GetRandomFileName()[..RandomLength] + Suffix);

    /// <summary>Creates the file and locks it.</summary>
    public static FileStream Create(string temporary) => new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);

    /// <summary>Updates the file's time before the lock is released, so that the file is not removed as abandoned.</summary>
    public static void MarkInUse(FileStream file) => File.SetLastWriteTimeUtc(file.SafeFileHandle, DateTime.UtcNow);

    /// <summary>Removes the temporary files for this target that killed processes have left.</summary>
    public static void RemoveAbandoned(string target)
    {
        string prefix = PrefixFor(target);
        foreach (FileInfo file in new DirectoryInfo(Path.GetDirectoryName(target)!).EnumerateFiles("*", AccessibleFiles))
        {
            if (file.Name.StartsWith(prefix, StringComparison.Ordinal) && file.Name.EndsWith(Suffix, StringComparison.Ordinal)
                && file.Name.Length == prefix.Length + RandomLength + Suffix.Length
                && DateTime.UtcNow - file.LastWriteTimeUtc > YoungestAbandoned)
            {
                RemoveUnlessLocked(file.FullName);
            }
        }
    }

    /// <summary>Removes a file; one that cannot be opened or removed is in use and is ignored.</summary>
    private static void RemoveUnlessLocked(string path)
    {
        try
        {
            using (new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None))
            {
                // Opening succeeds only if no process is writing the file.
            }

            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }

    /// <summary>A dot, the target's file name, cut if needed so that the whole name is not too long, and a dot.</summary>
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
