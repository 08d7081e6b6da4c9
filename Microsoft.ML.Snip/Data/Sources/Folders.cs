using System.IO.Enumeration;

namespace Microsoft.ML.Snip.Data.Sources;

/// <summary>Looks for what data sets keep in folders, in the same order on every system.</summary>
/// <remarks>Links to folders are not followed: one to a folder that holds it would give each picture many times, under names of other classes.</remarks>
internal static class Folders
{
    /// <summary>What hides from people is not data: folders of editors, files that archives leave behind.</summary>
    private static readonly EnumerationOptions Visible = new() { AttributesToSkip = FileAttributes.Hidden | FileAttributes.System, IgnoreInaccessible = false };

    private static readonly EnumerationOptions VisibleBelow = new()
    {
        AttributesToSkip = Visible.AttributesToSkip, IgnoreInaccessible = false, RecurseSubdirectories = true,
    };

    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static void CheckExists(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                File.Exists(folder) ? $"'{folder}' is a file; expected a folder." : $"There is no folder '{folder}'.");
        }
    }

    /// <summary>The subfolders of a folder, by name, without links.</summary>
    public static string[] Subfolders(string folder)
    {
        CheckExists(folder);
        return [.. Directory.EnumerateDirectories(folder, "*", Visible).Where(path => !IsLink(new DirectoryInfo(path))).OrderBy(Path.GetFileName, StringComparer.Ordinal)];
    }

    /// <summary>The picture files (PNG, JPEG, BMP, by their extension) in a folder or anywhere below it, by name.</summary>
    /// <exception cref="FileNotFoundException">There are none.</exception>
    public static string[] Pictures(string folder)
    {
        CheckExists(folder);
        string[] pictures =
        [
            .. FilesBelow(folder)
                .Where(IsPicture)
                .OrderBy(path => Path.GetRelativePath(folder, path).Replace('\\', '/'), StringComparer.Ordinal),
        ];
        return pictures.Length > 0
            ? pictures
            : throw new FileNotFoundException($"There is no picture (*.png, *.jpg, *.jpeg, *.bmp) in folder '{folder}'.", folder);
    }

    private static FileSystemEnumerable<string> FilesBelow(string folder) =>
        new(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), VisibleBelow)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !IsLink(entry.ToFileSystemInfo()),
        };

    private static bool IsLink(FileSystemInfo folder) => folder.LinkTarget is not null;

    private static bool IsPicture(string path) => Path.GetExtension(path).ToUpperInvariant() is ".PNG" or ".JPG" or ".JPEG" or ".BMP";
}
