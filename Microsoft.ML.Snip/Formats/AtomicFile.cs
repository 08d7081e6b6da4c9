namespace Microsoft.ML.Snip.Formats;

/// <summary>Writes a file so that at every moment its name means the whole old content or the whole new one.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Writes to a new file in the same folder, makes the disk keep it, then renames it over the old one. When anything fails, the old file is as it
    /// was and the new one is removed.
    /// </summary>
    public static void Write(string path, Action<Stream> write)
    {
        var file = new FileInfo(path);
        string target = file.LinkTarget is null ? file.FullName : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        string temporary = $"{target}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
