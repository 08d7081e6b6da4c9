using System.Reflection;
using System.Text.RegularExpressions;
using ReadmeExampleCode;

namespace Microsoft.ML.Snip.Tests.Readme;

/// <summary>
/// Every C# block of the README is code that compiles and runs, word for word a region of <see cref="ReadmeExamples"/> or the program that
/// projects outside the repository build and run; its commands can be run.
/// </summary>
[TestClass]
public partial class ReadmeTests
{
    private const BindingFlags AnyMember = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;
    private static readonly string Examples = Read("Microsoft.ML.Snip.Tests", "Readme", "ReadmeExamples.cs");
    private static readonly string Program = Read("Microsoft.ML.Snip.Tests", "Outside", "Program.cs");

    [TestMethod]
    public void EveryBlockIsAnExampleThatRuns()
    {
        string[] blocks = BlocksOfReadme();
        Assert.IsNotEmpty(blocks);
        string[] regions = [.. Regions.Matches(Examples).Select(match => CodeIn(match.Groups["code"].Value)), ProgramCode];
        foreach (string block in blocks)
        {
            Assert.Contains(block, regions, $"No region of ReadmeExamples.cs holds this block of the README:\n{block}");
        }
    }

    [TestMethod]
    public void EveryExampleIsInTheReadme()
    {
        string[] blocks = BlocksOfReadme();
        foreach (Match region in Regions.Matches(Examples))
        {
            Assert.Contains(CodeIn(region.Groups["code"].Value), blocks, $"No block of the README is like region {region.Groups["name"]}.");
        }

        Assert.AreEqual(ProgramCode, blocks[0], "A reader's first program is the one that is tried.");
    }

    [TestMethod]
    public void EveryExampleIsATestOrATypeThatTestsUse()
    {
        foreach (Match region in Regions.Matches(Examples))
        {
            string name = region.Groups["name"].Value;
            MemberInfo? member = typeof(ReadmeExamples).GetMember(name, AnyMember).SingleOrDefault();
            Assert.IsTrue(member is Type || member?.IsDefined(typeof(TestMethodAttribute)) == true, $"{name} is neither.");
        }
    }

    /// <summary>A command with an option that was renamed would be of no use.</summary>
    [TestMethod]
    public void EveryCommandNamesAProgramAndOptionsThatItHas()
    {
        MatchCollection commands = Commands.Matches(Read("README.md"));
        Assert.IsGreaterThan(10, commands.Count);
        foreach (Match command in commands)
        {
            string folder = Path.Combine(BuildPaths.Of("RepositoryRoot"), command.Groups["project"].Value);
            Assert.HasCount(1, Directory.GetFiles(folder, "*.csproj"), command.Value);
            string code = string.Concat(Directory.EnumerateFiles(folder, "*.cs").Select(File.ReadAllText));
            foreach (Match option in Options.Matches(command.Groups["arguments"].Value))
            {
                StringAssert.Contains(code, $"\"{option.Value}\"", command.Value);
            }
        }
    }

    private static string ProgramCode => CodeIn(Usings.Replace(Program, string.Empty));

    /// <summary>The code of each C# block; the namespaces it says it uses are those that the examples use.</summary>
    private static string[] BlocksOfReadme()
    {
        MatchCollection blocks = Blocks.Matches(Read("README.md"));
        foreach (Match directive in blocks.SelectMany(block => Usings.Matches(block.Groups["code"].Value)))
        {
            StringAssert.Contains(Examples + Program, directive.Value.Trim());
        }

        return [.. blocks.Select(block => CodeIn(Usings.Replace(block.Groups["code"].Value, string.Empty)))];
    }

    /// <summary>Lines without indentation, and without empty lines at the ends.</summary>
    private static string CodeIn(string text) => string.Join('\n', text.Trim().Split('\n').Select(line => line.Trim()));

    private static string Read(params string[] path) =>
        File.ReadAllText(Path.Combine([BuildPaths.Of("RepositoryRoot"), .. path])).ReplaceLineEndings("\n");

    [GeneratedRegex(@"^ *```(csharp|cs|c#)[^\n]*\n(?<code>.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks { get; }

    [GeneratedRegex(@"// README: (?<name>\w+)\n(?<code>.*?)// END\n", RegexOptions.Singleline)]
    private static partial Regex Regions { get; }

    [GeneratedRegex(@"--project (?<project>[\w/]+)(?<arguments>[^\n`]*)")]
    private static partial Regex Commands { get; }

    [GeneratedRegex(@"--[a-z][a-z0-9-]*")]
    private static partial Regex Options { get; }

    [GeneratedRegex(@"^using [\w.]+;\n", RegexOptions.Multiline)]
    private static partial Regex Usings { get; }
}
