using System.IO.Enumeration;
using Microsoft.ML.Snip.Images.Decoding;

namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>Lists the folders and files of data sets, in the same order on every system.</summary>
/// <remarks>
/// Links to folders are not followed: a link to one of its parent folders would list each image many times, also in other classes.
/// </remarks>
internal static class Folders
{
    private static readonly EnumerationOptions Everything = new() { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false };

    private static readonly EnumerationOptions EverythingBelow = new()
    {
        AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false, RecurseSubdirectories = true,
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

    /// <summary>The subfolders of a folder, sorted by name, without links and hidden folders.</summary>
    public static string[] Subfolders(string folder)
    {
        CheckExists(folder);
        var subfolders = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(), Everything)
        {
            ShouldIncludePredicate = IsVisibleFolder,
        };
        return [.. subfolders.OrderBy(Path.GetFileName, StringComparer.Ordinal)];
    }

    /// <summary>The files in a folder or anywhere below it, sorted by name; without those in hidden folders.</summary>
    public static (string Path, bool IsHidden)[] FilesBelow(string folder)
    {
        CheckExists(folder);
        var files = new FileSystemEnumerable<(string Path, bool IsHidden)>(
            folder, (ref FileSystemEntry entry) => (entry.ToSpecifiedFullPath(), IsHidden(ref entry)), EverythingBelow)
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = IsVisibleFolder,
        };
        return [.. files.OrderBy(file => Path.GetRelativePath(folder, file.Path).Replace('\\', '/'), StringComparer.Ordinal)];
    }

    /// <summary>The image files in a folder or anywhere below it, sorted by name.</summary>
    /// <exception cref="FileNotFoundException">There are no images.</exception>
    public static string[] Images(string folder)
    {
        var listing = ImageListing.Of(folder, new LeftOutFiles(folder));
        return listing.Paths.Length > 0
            ? listing.Paths
            : throw new FileNotFoundException($"There is no image ({ImageFormat.Readable}) in folder '{folder}'.", folder);
    }

    private static bool IsVisibleFolder(ref FileSystemEntry entry) =>
        entry.IsDirectory && !IsHidden(ref entry) && entry.ToFileSystemInfo().LinkTarget is null;

    /// <summary>
    /// Hidden and system files are not data. A file that any system hides counts as hidden on every system: names that begin with a dot
    /// (such as the <c>._name</c> files of macOS, which hold metadata), and files that systems write into folders of images.
    /// </summary>
    private static bool IsHidden(ref FileSystemEntry entry) =>
        entry.FileName.StartsWith('.') || entry.IsHidden || (entry.Attributes & FileAttributes.System) != 0 || IsSystemFile(entry.FileName);

    private static bool IsSystemFile(ReadOnlySpan<char> name) =>
        name.Equals("Thumbs.db", StringComparison.OrdinalIgnoreCase) || name.Equals("desktop.ini", StringComparison.OrdinalIgnoreCase)
        || name.Equals("__MACOSX", StringComparison.OrdinalIgnoreCase) || name is "Icon\r" or "@eaDir";
}
