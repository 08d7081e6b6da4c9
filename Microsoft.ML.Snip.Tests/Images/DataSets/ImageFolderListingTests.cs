using Microsoft.ML.Runtime;
using SkiaSharp;

namespace Microsoft.ML.Snip.Tests.Images.DataSets;

/// <summary>Which files of a folder are images, and what the log says of the others.</summary>
[TestClass]
public sealed class ImageFolderListingTests : IDisposable
{
    private readonly DataFolder _folder = new();
    private readonly List<string> _warnings = [];
    private readonly List<string> _notes = [];
    private readonly MLContext _context = new(1);

    public ImageFolderListingTests() => _context.Log += (_, entry) =>
    {
        if (entry.Source.Contains("LoadImageFolder", StringComparison.Ordinal) && entry.Kind != ChannelMessageKind.Trace)
        {
            (entry.Kind == ChannelMessageKind.Warning ? _warnings : _notes).Add(entry.RawMessage);
        }
    };

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("1.jfif", SKEncodedImageFormat.Jpeg)]
    [DataRow("1.webp", SKEncodedImageFormat.Webp)]
    [DataRow("1.WEBP", SKEncodedImageFormat.Webp)]
    [DataRow("1", SKEncodedImageFormat.Png)]
    [DataRow("1.tif", SKEncodedImageFormat.Jpeg)]
    [DataRow("1.png", SKEncodedImageFormat.Jpeg)]
    public void AImageIsReadWhateverItsExtensionSays(string name, SKEncodedImageFormat format)
    {
        _folder.WriteImage("a/0.png", 0x000001);
        using var bitmap = new SKBitmap(2, 2);
        bitmap.Erase(SKColors.White);
        using SKData data = bitmap.Encode(format, 100);
        _folder.Write($"b/{name}", data.ToArray());
        ImageRow[] rows = ImageRow.ReadAll(_context.Snip().LoadImageFolder(_folder.Path));
        Assert.HasCount(2, rows);
        Assert.AreEqual(0xFFFFFF, rows[1].Colours[0]);
        Assert.IsEmpty(_warnings);
        Assert.IsEmpty(_notes);
    }

    [TestMethod]
    public void AnimationsGiveTheirFirstImage()
    {
        // One white pixel.
        _folder.Write("a/1.gif", Convert.FromBase64String("R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="));
        Assert.AreEqual(0xFFFFFF, ImageRow.ReadAll(_context.Snip().LoadImageFolder(_folder.Path))[0].Colours[0]);
    }

    [TestMethod]
    public void WhatIsHiddenOrASystemsOwnIsLeftOutAndCounted()
    {
        _folder.WriteImage("cat/1.png", 0x000001);
        _folder.WriteLines("cat/._1.jpg", "no image");
        _folder.WriteImage("cat/.2.png", 0x000002);
        _folder.WriteImage("cat/@eaDir/3.png", 0x000003);
        _folder.WriteImage("__MACOSX/cat/4.png", 0x000004);
        _folder.WriteImage(".git/5.png", 0x000005);
        _folder.WriteLines("cat/Thumbs.db", "no image");
        _folder.WriteLines("cat/DESKTOP.INI", "no image");
        ImageRow[] rows = ImageRow.ReadAll(_context.Snip().LoadImageFolder(_folder.Path));
        Assert.AreEqual("cat", rows.Single().Label);
        Assert.AreEqual($"4 files of '{_folder.Path}' are skipped: 4 hidden or system files ('cat/.2.png').", _notes.Single());
        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    public void FilesThatCannotBeReadAreCountedByReasonAndImagesAmongThemWarnedOf()
    {
        _folder.WriteImage("cat/1.png", 0x000001);
        _folder.Write("cat/2.tif", [.. "II*\0"u8, 0, 0, 0, 0]);
        _folder.Write("cat/3.tiff", [.. "MM\0*"u8, 0, 0, 0, 0]);
        _folder.WriteLines("cat/notes.txt", "no image");
        _folder.Write("cat/empty", []);
        Assert.AreEqual(1, _context.Snip().LoadImageFolder(_folder.Path).GetRowCount());
        Assert.AreEqual(
            $"4 files of '{_folder.Path}' are skipped: 2 images in the unsupported format TIFF ('cat/2.tif'), 2 not images ('cat/empty').",
            _warnings.Single());
    }

    [TestMethod]
    public void AClassFolderWithoutImagesIsWarnedOf()
    {
        _folder.WriteImage("cat/1.png", 0x000001);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "dog"));
        Assert.AreEqual(1, _context.Snip().LoadImageFolder(_folder.Path).GetRowCount());
        StringAssert.StartsWith(_warnings.Single(), "Subfolders without images, which give no class: 'dog' in ");
    }

    [TestMethod]
    public void PartsOfADataSetThatWouldBecomeClassesAreWarnedOf()
    {
        foreach (string name in new[] { "train/cat/1.png", "train/dog/1.png", "test/cat/1.png", "test/dog/1.png" })
        {
            _folder.WriteImage(name, 0x000001);
        }

        ImageRow[] rows = ImageRow.ReadAll(_context.Snip().LoadImageFolder(_folder.Path));
        CollectionAssert.AreEqual(new[] { "test", "test", "train", "train" }, rows.Select(row => row.Label).ToArray(), "as documented");
        StringAssert.Contains(_warnings.Single(), "The classes are 'test', 'train', the subfolders of");
        StringAssert.Contains(_warnings.Single(), "load each parent folder separately");
    }

    [TestMethod]
    public void APartAmongClassesIsWarnedOfAndAClassWithSubfoldersIsNot()
    {
        _folder.WriteImage("cat/1.png", 0x000001);
        _folder.WriteImage("dog/big/1.png", 0x000001);
        _folder.WriteImage("dog/small/1.png", 0x000001);
        _context.Snip().LoadImageFolder(_folder.Path);
        Assert.IsEmpty(_warnings);
        _folder.WriteImage("Validation/cat/1.png", 0x000001);
        _folder.WriteImage("Validation/dog/1.png", 0x000001);
        _context.Snip().LoadImageFolder(_folder.Path);
        StringAssert.Contains(_warnings.Single(), "'Validation'");
    }

    [TestMethod]
    public void ClassesWhoseImagesAreAllInOneSubfolderAreFine()
    {
        _folder.WriteImage("n01/images/1.png", 0x000001);
        _folder.WriteImage("n02/images/1.png", 0x000001);
        _context.Snip().LoadImageFolder(_folder.Path);
        Assert.IsEmpty(_warnings);
    }
}
