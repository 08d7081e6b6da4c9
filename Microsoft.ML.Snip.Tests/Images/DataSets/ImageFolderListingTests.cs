using Microsoft.ML.Runtime;
using SkiaSharp;

namespace Microsoft.ML.Snip.Tests.Images.DataSets;

/// <summary>Which files of a folder are pictures, and what the log says of the others.</summary>
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
    public void APictureIsReadWhateverItsExtensionSays(string name, SKEncodedImageFormat format)
    {
        _folder.WritePicture("a/0.png", 0x000001);
        using var bitmap = new SKBitmap(2, 2);
        bitmap.Erase(SKColors.White);
        using SKData data = bitmap.Encode(format, 100);
        _folder.Write($"b/{name}", data.ToArray());
        PictureRow[] rows = PictureRow.ReadAll(_context.Snip().LoadImageFolder(_folder.Path));
        Assert.HasCount(2, rows);
        Assert.AreEqual(0xFFFFFF, rows[1].Colours[0]);
        Assert.IsEmpty(_warnings);
        Assert.IsEmpty(_notes);
    }

    [TestMethod]
    public void AnimationsGiveTheirFirstPicture()
    {
        // One white pixel.
        _folder.Write("a/1.gif", Convert.FromBase64String("R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="));
        Assert.AreEqual(0xFFFFFF, PictureRow.ReadAll(_context.Snip().LoadImageFolder(_folder.Path))[0].Colours[0]);
    }

    [TestMethod]
    public void WhatIsHiddenOrASystemsOwnIsLeftOutAndCounted()
    {
        _folder.WritePicture("cat/1.png", 0x000001);
        _folder.WriteLines("cat/._1.jpg", "no picture");
        _folder.WritePicture("cat/.2.png", 0x000002);
        _folder.WritePicture("cat/@eaDir/3.png", 0x000003);
        _folder.WritePicture("__MACOSX/cat/4.png", 0x000004);
        _folder.WritePicture(".git/5.png", 0x000005);
        _folder.WriteLines("cat/Thumbs.db", "no picture");
        _folder.WriteLines("cat/DESKTOP.INI", "no picture");
        PictureRow[] rows = PictureRow.ReadAll(_context.Snip().LoadImageFolder(_folder.Path));
        Assert.AreEqual("cat", rows.Single().Label);
        Assert.AreEqual($"4 files of '{_folder.Path}' are left out: 4 hidden or of a system ('cat/.2.png').", _notes.Single());
        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    public void FilesThatCannotBeReadAreCountedByReasonAndPicturesAmongThemWarnedOf()
    {
        _folder.WritePicture("cat/1.png", 0x000001);
        _folder.Write("cat/2.tif", [.. "II*\0"u8, 0, 0, 0, 0]);
        _folder.Write("cat/3.tiff", [.. "MM\0*"u8, 0, 0, 0, 0]);
        _folder.WriteLines("cat/notes.txt", "no picture");
        _folder.Write("cat/empty", []);
        Assert.AreEqual(1, _context.Snip().LoadImageFolder(_folder.Path).GetRowCount());
        Assert.AreEqual(
            $"4 files of '{_folder.Path}' are left out: 2 no pictures ('cat/empty'), 2 pictures in the format TIFF, which cannot be read ('cat/2.tif').",
            _warnings.Single());
    }

    [TestMethod]
    public void AClassFolderWithoutPicturesIsWarnedOf()
    {
        _folder.WritePicture("cat/1.png", 0x000001);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "dog"));
        Assert.AreEqual(1, _context.Snip().LoadImageFolder(_folder.Path).GetRowCount());
        StringAssert.StartsWith(_warnings.Single(), "Without a picture, and so without a class: 'dog' in ");
    }

    [TestMethod]
    public void PartsOfADataSetThatWouldBecomeClassesAreWarnedOf()
    {
        foreach (string name in new[] { "train/cat/1.png", "train/dog/1.png", "test/cat/1.png", "test/dog/1.png" })
        {
            _folder.WritePicture(name, 0x000001);
        }

        PictureRow[] rows = PictureRow.ReadAll(_context.Snip().LoadImageFolder(_folder.Path));
        CollectionAssert.AreEqual(new[] { "test", "test", "train", "train" }, rows.Select(row => row.Label).ToArray(), "as documented");
        StringAssert.Contains(_warnings.Single(), "The classes are 'test', 'train', the subfolders of");
        StringAssert.Contains(_warnings.Single(), "load each folder above them by itself");
    }

    [TestMethod]
    public void APartAmongClassesIsWarnedOfAndAClassWithSubfoldersIsNot()
    {
        _folder.WritePicture("cat/1.png", 0x000001);
        _folder.WritePicture("dog/big/1.png", 0x000001);
        _folder.WritePicture("dog/small/1.png", 0x000001);
        _context.Snip().LoadImageFolder(_folder.Path);
        Assert.IsEmpty(_warnings);
        _folder.WritePicture("Validation/cat/1.png", 0x000001);
        _folder.WritePicture("Validation/dog/1.png", 0x000001);
        _context.Snip().LoadImageFolder(_folder.Path);
        StringAssert.Contains(_warnings.Single(), "'Validation'");
    }

    [TestMethod]
    public void ClassesWhosePicturesAreAllInOneSubfolderAreFine()
    {
        _folder.WritePicture("n01/images/1.png", 0x000001);
        _folder.WritePicture("n02/images/1.png", 0x000001);
        _context.Snip().LoadImageFolder(_folder.Path);
        Assert.IsEmpty(_warnings);
    }
}
