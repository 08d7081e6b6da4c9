using Microsoft.ML.Snip.Images.Decoding;

namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>The image files in a folder or anywhere below it.</summary>
/// <param name="Paths">The files, by name.</param>
/// <param name="Branches">The folder's subfolders with images in or below them, and an empty name if the folder itself has any.</param>
internal sealed record ImageListing(string[] Paths, string[] Branches)
{
    /// <summary>
    /// Lists the images of a folder: files with the extensions of images, and those of other names that begin as images do.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="leftOut">Told of all other files.</param>
    /// <remarks>
    /// A file with the extension of an image that is none counts as an image: it may be a damaged one, which is to be found when it is
    /// read. So the files of a usual data set need not be opened to be listed.
    /// </remarks>
    public static ImageListing Of(string folder, LeftOutFiles leftOut)
    {
        var paths = new List<string>();
        foreach ((string path, bool isHidden) in Folders.FilesBelow(folder))
        {
            string? reason = isHidden ? LeftOutFiles.Hidden : WhyNoImage(path);
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

    private static string? WhyNoImage(string path)
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
            return "cannot be opened";
        }

        return ImageFormat.IsReadable(start) ? null
            : ImageFormat.NameUnreadable(start) is { } format ? $"{LeftOutFiles.Unreadable} {format}, which cannot be read"
            : "no images";
    }
}
