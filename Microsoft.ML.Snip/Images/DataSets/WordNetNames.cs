namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>
/// Names for WordNet ids, from a file such as ImageNet's words.txt: lines with an id, a tab, and words for it separated by commas.
/// </summary>
internal static class WordNetNames
{
    /// <summary>
    /// Gives each id a unique name: its first word, or the id itself if the file has no word for it or does not exist. If several ids have
    /// the same first word (crane, the bird and the machine), the name is the word with the id: "crane (n02012849)".
    /// </summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="ids">The ids, all different.</param>
    public static Dictionary<string, string> Read(string path, string[] ids)
    {
        Dictionary<string, string> names = ids.ToDictionary(id => id, StringComparer.Ordinal);
        if (!File.Exists(path))
        {
            return names;
        }

        foreach (string line in File.ReadLines(path))
        {
            if (line.Split('\t') is [string id, string words, ..]
                && names.ContainsKey(id) && words.Split(',')[0].Trim() is { Length: > 0 } word)
            {
                names[id] = word;
            }
        }

        IGrouping<string, string>[] shared =
            [.. ids.GroupBy(id => names[id], StringComparer.Ordinal).Where(group => group.Count() > 1)];
        foreach (IGrouping<string, string> group in shared)
        {
            foreach (string id in group)
            {
                names[id] = $"{group.Key} ({id})";
            }
        }

        return names;
    }
}
