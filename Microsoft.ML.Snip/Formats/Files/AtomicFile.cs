namespace Microsoft.ML.Snip.Formats.Files;

/// <summary>Writes a file so that at every moment its name means the whole old content or the whole new one.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Writes to a new file in the same folder, makes the disk keep it, then renames it over the old one, whose mode it takes over. When
    /// anything fails, the old file is as it was and the new one is removed. A symbolic link stays; what it points to is replaced. What is
    /// no regular file, a pipe or a device, is written into instead.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file, or its folder, must not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        using (FileStream? old = OpenIfThere(path))
        {
            if (old is not null && !IsRegular(old))
            {
                write(old);
                old.Flush();
                return;
            }
        }

        Replace(FollowLinks(path), write);
    }

    /// <summary>Where a path leads in the end, whether there is a file or not.</summary>
    private static string FollowLinks(string path)
    {
        const int MaxLinks = 40;
        var file = new FileInfo(path);
        for (int links = 0; file.LinkTarget is not null; links++)
        {
            if (links == MaxLinks)
            {
                throw new IOException($"'{path}' leads through more than {MaxLinks} symbolic links.");
            }

            file = new FileInfo(file.ResolveLinkTarget(returnFinalTarget: false)!.FullName);
        }

        return file.FullName;
    }

    private static void Replace(string target, Action<Stream> write)
    {
        TemporaryFile.RemoveAbandoned(target);
        string temporary = TemporaryFile.NameFor(target);
        try
        {
            using (FileStream stream = TemporaryFile.Create(temporary))
            {
                write(stream);
                if (!OperatingSystem.IsWindows() && File.Exists(target))
                {
                    File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(target));
                }

                stream.Flush(flushToDisk: true);
                TemporaryFile.MarkInUse(stream);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>
    /// Opens without a lock, so that whoever reads the old content may go on; null if there is no file, or a link to none.
    /// </summary>
    private static FileStream? OpenIfThere(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Pipes cannot seek. Devices may, but have no length and cannot be given one, which an empty file can.</summary>
    private static bool IsRegular(FileStream file)
    {
        if (!file.CanSeek)
        {
            return false;
        }

        if (file.Length > 0)
        {
            return true;
        }

        try
        {
            file.SetLength(0);
            return true;
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
