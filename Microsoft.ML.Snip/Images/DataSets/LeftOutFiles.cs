namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>Counts the files of a data set's folder that are not read, by the reason.</summary>
/// <param name="folder">The folder.</param>
internal sealed class LeftOutFiles(string folder)
{
    /// <summary>The reason of files that people do not see.</summary>
    public const string Hidden = "hidden or of a system";

    /// <summary>How the reason of images that people may miss begins.</summary>
    public const string Unreadable = "images in the format";

    private readonly SortedDictionary<string, (int Count, string First)> _reasons = new(StringComparer.Ordinal);

    /// <summary>Whether images are among them.</summary>
    public bool HasImages => _reasons.Keys.Any(reason => reason.StartsWith(Unreadable, StringComparison.Ordinal));

    /// <summary>Counts a file.</summary>
    /// <param name="reason">Why it is not read.</param>
    /// <param name="path">The file.</param>
    public void Add(string reason, string path)
    {
        string name = Path.GetRelativePath(folder, path).Replace('\\', '/');
        _reasons[reason] = _reasons.TryGetValue(reason, out (int Count, string First) seen) ? (seen.Count + 1, seen.First) : (1, name);
    }

    /// <summary>"3 files of 'folder' are left out: 1 hidden or of a system ('a/.b'), 2 no images ('a/c.txt')."; null if none is.</summary>
    public string? Describe() => _reasons.Count == 0
        ? null
        : $"{_reasons.Values.Sum(reason => reason.Count)} files of '{folder}' are left out: "
            + $"{string.Join(", ", _reasons.Select(reason => $"{reason.Value.Count} {reason.Key} ('{reason.Value.First}')"))}.";
}
