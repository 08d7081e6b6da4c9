namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>
/// Names for WordNet ids, from a file such as ImageNet's words.txt: lines of an id, a tab, and words for it with commas between them.
/// </summary>
internal static class WordNetNames
{
    /// <summary>
    /// Gives each id a name of its own: its first word; the id itself if the file has no word for it or is not there; and where several ids
    /// have the same first word, as the bird and the machine called crane, the word with the id: "crane (n02012849)".
    /// </summary>
    /// <param name="path">Where the file may be.</param>
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
            if (line.Split('\t') is [string id, string words, ..] && names.ContainsKey(id) && words.Split(',')[0].Trim() is { Length: > 0 } word)
            {
                names[id] = word;
            }
        }

        foreach (
            IGrouping<string,
            string> group in ids.GroupBy(id => names[id], StringComparer.Ordinal).Where(group => group.Count() > 1).ToArray())
        {
            foreach (string id in group)
            {
                names[id] = $"{group.Key} ({id})";
            }
        }

        return names;
    }
}
