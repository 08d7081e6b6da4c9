using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Data.Sources;

/// <summary>Pictures in a folder with a subfolder for each class.</summary>
internal static class ImageFolder
{
    /// <summary>Lists the pictures, class by class; reads none.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder, or it has no subfolders.</exception>
    /// <exception cref="FileNotFoundException">A subfolder holds no pictures.</exception>
    public static PictureFileSource Open(string folder)
    {
        string[] classes = Folders.Subfolders(folder);
        return classes.Length > 0
            ? new PictureFileSource([.. classes.SelectMany(PicturesOf)], new ImageDataViewType())
            : throw new DirectoryNotFoundException($"Folder '{folder}' has no subfolders; expected one for each class, with its pictures.");
    }

    private static IEnumerable<PictureFile> PicturesOf(string classFolder) =>
        Folders.Pictures(classFolder).Select(path => new PictureFile(path, Path.GetFileName(classFolder)));
}
