namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>Counts the skipped files of a data set's folder by reason.</summary>
/// <param name="folder">The folder.</param>
internal sealed class LeftOutFiles(string folder)
{
    /// <summary>The reason for hidden files and files of the operating system.</summary>
    public const string Hidden = "hidden or system files";

    /// <summary>The start of the reason for images in formats that cannot be read.</summary>
    public const string Unreadable = "images in the unsupported format";

    private readonly SortedDictionary<string, (int Count, string First)> _reasons = new(StringComparer.Ordinal);

    /// <summary>Whether any of the skipped files is an image.</summary>
    public bool HasImages => _reasons.Keys.Any(reason => reason.StartsWith(Unreadable, StringComparison.Ordinal));

    /// <summary>Counts a file.</summary>
    /// <param name="reason">Why it is skipped.</param>
    /// <param name="path">The file.</param>
    public void Add(string reason, string path)
    {
        string name = Path.GetRelativePath(folder, path).Replace('\\', '/');
        _reasons[reason] = _reasons.TryGetValue(reason, out (int Count, string First) seen) ? (seen.Count + 1, seen.First) : (1, name);
    }

    /// <summary>
    /// "3 files of 'folder' are skipped: 1 hidden or system files ('a/.b'), 2 not images ('a/c.txt')."; null if no file is skipped.
    /// </summary>
    public string? Describe() => _reasons.Count == 0
        ? null
        : $"{_reasons.Values.Sum(reason => reason.Count)} files of '{folder}' are skipped: "
            + $"{string.Join(", ", _reasons.Select(reason => $"{reason.Value.Count} {reason.Key} ('{reason.Value.First}')"))}.";
}
