using Microsoft.ML.Snip.Images.Decoding;

namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>The image files in a folder or anywhere below it.</summary>
/// <param name="Paths">The files, sorted by name.</param>
/// <param name="Branches">
/// The names of the subfolders with images in or below them; and an empty name if images are in the folder itself.
/// </param>
internal sealed record ImageListing(string[] Paths, string[] Branches)
{
    /// <summary>
    /// Lists the images of a folder: files with an image extension, and other files whose first bytes are those of an image.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="leftOut">Counts all other files.</param>
    /// <remarks>
    /// A file with an image extension counts as an image, whatever its content: it may be a damaged image, which is reported when it is
    /// read. So the files of a usual data set are listed without being opened.
    /// </remarks>
    public static ImageListing Of(string folder, LeftOutFiles leftOut)
    {
        var paths = new List<string>();
        foreach ((string path, bool isHidden) in Folders.FilesBelow(folder))
        {
            string? reason = isHidden ? LeftOutFiles.Hidden : FindReasonToSkip(path);
            if (reason is null)
            {
                paths.Add(path);
            }
            else
            {
                leftOut.Add(reason, path);
            }
        }

        return new ImageListing(
            [.. paths], [.. paths.Select(path => BranchOf(Path.GetRelativePath(folder, path))).Distinct(StringComparer.Ordinal)]);
    }

    private static string BranchOf(string path) =>
        path.IndexOfAny([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar]) is var end and >= 0 ? path[..end] : string.Empty;

    private static string? FindReasonToSkip(string path)
    {
        if (Path.GetExtension(path).ToUpperInvariant() is ".PNG" or ".JPG" or ".JPEG" or ".JFIF" or ".BMP" or ".GIF" or ".WEBP")
        {
            return null;
        }

        Span<byte> start = stackalloc byte[ImageFormat.BytesNeeded];
        try
        {
            using FileStream file = File.OpenRead(path);
            start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "that cannot be opened";
        }

        return ImageFormat.IsReadable(start) ? null
            : ImageFormat.NameUnreadable(start) is { } format ? $"{LeftOutFiles.Unreadable} {format}"
            : "not images";
    }
}
