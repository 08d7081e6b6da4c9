namespace Microsoft.ML.Snip.Mutations;

/// <summary>One line of the library made wrong, as a tired programmer might.</summary>
/// <param name="Name">What is wrong then.</param>
/// <param name="File">The file, below the library's folder.</param>
/// <param name="From">A piece of a line that is in the file exactly once.</param>
/// <param name="To">What stands in its place.</param>
/// <param name="Tests">Names that the tests which should notice have in theirs; they are run first.</param>
internal sealed record Fault(string Name, string File, string From, string To, string[] Tests)
{
    private const string Root = "Microsoft.ML.Snip.Tests.";

    /// <summary>The tests that should notice, as a filter of <c>dotnet test</c>.</summary>
    public string Filter => string.Join('|', Tests.Select(test => $"FullyQualifiedName~{Root}{test}."));

    /// <summary>
    /// Reads a list of faults: blocks of <c>key: value</c> lines with an empty line between two, and comments behind a #.
    /// </summary>
    /// <exception cref="InvalidDataException">A block lacks something, or has something else.</exception>
    /// <param name="path">The list.</param>
    /// <param name="testFolder">
    /// The tests' folder, which mirrors the library's: the tests that should notice are those of the nearest folder.
    /// </param>
    public static IEnumerable<Fault> ReadAll(string path, string testFolder)
    {
        var block = new Dictionary<string, string>();
        foreach (string line in System.IO.File.ReadLines(path).Append(string.Empty))
        {
            if (line.StartsWith('#'))
            {
                continue;
            }

            if (line.Length > 0)
            {
                string[] parts = line.Split(':', 2);
                if (parts.Length < 2 || !block.TryAdd(parts[0], parts[1].Trim()))
                {
                    throw new InvalidDataException($"{path}: the line '{line}' is no 'key: value', or its key comes twice in a block.");
                }
            }
            else if (block.Count > 0)
            {
                yield return FromBlock(block, path, testFolder);
                block.Clear();
            }
        }
    }

    /// <summary>The file's text with the fault in it.</summary>
    /// <exception cref="InvalidDataException">The line is not there, or more than once.</exception>
    public string Apply(string text)
    {
        int at = text.IndexOf(From, StringComparison.Ordinal);
        if (at < 0 || text.IndexOf(From, at + 1, StringComparison.Ordinal) >= 0)
        {
            string where = at < 0 ? "nowhere" : "more than once";
            throw new InvalidDataException($"{File} has '{From}' {where}; the list of faults must follow the code.");
        }

        return string.Concat(text.AsSpan(0, at), To, text.AsSpan(at + From.Length));
    }

    private static Fault FromBlock(Dictionary<string, string> block, string path, string testFolder)
    {
        string Take(string key) => block.TryGetValue(key, out string? value)
            ? value
            : throw new InvalidDataException($"{path}: a fault has no '{key}': {string.Join("; ", block)}");

        string file = Take("file");
        string[] tests = block.TryGetValue("tests", out string? names)
            ? names.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            : [MirrorOf(file, testFolder).Replace('/', '.')];
        return tests is not [""]
            ? new Fault(Take("name"), file, Take("from"), Take("to"), tests)
            : throw new InvalidDataException($"{path}: a file of the root needs 'tests': {file}");
    }

    private static string MirrorOf(string file, string testFolder)
    {
        string folder = file;
        do
        {
            folder = Path.GetDirectoryName(folder)!;
        }
        while (folder.Length > 0 && !HasTests(Path.Combine(testFolder, folder)));
        return folder.Replace('\\', '/');

        static bool HasTests(string mirror) =>
            Directory.Exists(mirror) && Directory.EnumerateFiles(mirror, "*Tests.cs", SearchOption.AllDirectories).Any();
    }
}
