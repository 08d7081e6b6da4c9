namespace Microsoft.ML.Snip.Formats.Files;

/// <summary>Replaces a file atomically: at every moment it has either its complete old content or its complete new content.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Writes a new file in the same folder, flushes it to disk, then renames it over the old file. The new file gets the old one's mode.
    /// If anything fails, the old file is unchanged and the new one is removed. A symbolic link is kept; its target is replaced. A path
    /// that is not a regular file (a pipe or a device) is written to directly.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder is not writable.</exception>
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

    /// <summary>The final target of a path after following symbolic links; the file need not exist.</summary>
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
    /// Opens the file without a lock, so that others can go on reading the old content; null if there is no file, or a link to no file.
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

    /// <summary>
    /// Pipes cannot seek. Devices may be able to, but they have length 0 and, unlike an empty file, their length cannot be set.
    /// </summary>
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
