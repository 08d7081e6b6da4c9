namespace Microsoft.ML.Snip.Tests.Architecture;

/// <summary>docs/architecture.md shows the table of folders that the tests hold, and names files that exist.</summary>
[TestClass]
public class ArchitectureDocumentTests
{
    private static readonly string Root = BuildPaths.Of("RepositoryRoot");
    private static readonly string[] Lines = File.ReadAllLines(Path.Combine(Root, "docs", "architecture.md"));

    [TestMethod]
    public void TheTableIsTheOneThatTheTestsHold()
    {
        string[] shown = [.. Lines.SkipWhile(line => line != "| folder | may use |").Skip(2).TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|')).Select(cells => $"{cells[1].Trim()}: {cells[2].Trim()}")];
        string[] held = [.. ArchitectureTests.MayName.Select(row => $"{row.Key}: {string.Join(", ", row.Value)}")];
        CollectionAssert.AreEqual(held, shown);
    }

    [TestMethod]
    public void EachTermsFileExists()
    {
        string[] named = [.. Lines.SkipWhile(line => line != "## Terms").Where(line => line.StartsWith('|')).Skip(2)
            .Select(line => line.Split('|')[3].Trim(' ', '`')).Where(path => path.Length > 0)];
        Assert.IsGreaterThan(10, named.Length);
        string[] missing = [.. named.Where(path => !Path.Exists(Path.Combine(Root, "Microsoft.ML.Snip", path)))];
        Assert.IsEmpty(missing, string.Join(", ", missing));
    }
}
