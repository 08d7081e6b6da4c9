using System.Diagnostics;
using System.Text;

namespace Microsoft.ML.Snip.Tests.Engineering;

/// <summary>
/// The build relaxes TorchSharp's native library only where that is harmless, and says so where it is not. One run of MSBuild treats all
/// the files; each test looks at one.
/// </summary>
[TestClass]
public class RelaxVersionNeedTests
{
    private const byte Weak = 2;
    private static readonly string Package = BuildPaths.Of("LibTorchSharp");
    private static readonly string Folder = Directory.CreateTempSubdirectory("relax").FullName;
    private static readonly Dictionary<string, byte[]> Inputs = new()
    {
        ["package"] = File.ReadAllBytes(Package),
        ["package-renamed"] = Replace(File.ReadAllBytes(Package), "_ZSt21ios_base_library_initv", "_ZSt21ios_base_library_inity"),
        ["harmless"] = new TinyLibrary().ToBytes(),
        ["older"] = new TinyLibrary { Version = "GLIBCXX_3.4.31", ARelocationBindsTheMarker = true }.ToBytes(),
        ["weak"] = new TinyLibrary { Flags = Weak, ARelocationBindsTheMarker = true }.ToBytes(),
        ["two-symbols"] = new TinyLibrary { AnotherSymbolHasTheVersion = true }.ToBytes(),
        ["bound"] = new TinyLibrary { ARelocationBindsTheMarker = true }.ToBytes(),
        ["defined"] = new TinyLibrary { MarkerIsDefinedHere = true }.ToBytes(),
        ["cut-off"] = new TinyLibrary().ToBytes()[..300],
        ["text"] = Encoding.ASCII.GetBytes("GROUP ( libtorch.so ) /* a linker script is text, and some libraries are nothing but that */"),
    };

    private static ProcessRun s_build = null!;

    [ClassInitialize]
    public static void Build(TestContext testContext)
    {
        foreach ((string name, byte[] bytes) in Inputs)
        {
            File.WriteAllBytes(PathOf(name), bytes);
        }

        IEnumerable<(string From, string To)> files = Inputs.Keys.Select(name => (PathOf(name), PathOf(name + ".out")))
            .Append((Package, PathOf("own.out")))
            .Append((PathOf("package.out"), PathOf("again.out")));
        s_build = ProcessRun.Dotnet(BuildOf("relax.proj", files));
        Assert.AreEqual(0, s_build.ExitCode, s_build.Output + s_build.Errors);
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(Folder, recursive: true);

    [TestMethod]
    public void OfThePackagesLibraryOneByteChanges()
    {
        int[] changed = Changed(Inputs["package"], Output("package"));
        Assert.HasCount(1, changed);
        Assert.AreEqual(0, Inputs["package"][changed[0]]);
        Assert.AreEqual(Weak, Output("package")[changed[0]]);
        Assert.IsNull(WarningOf("package"));
    }

    [TestMethod]
    public void ThePackagesOwnFileStaysAsItIs()
    {
        CollectionAssert.AreEqual(Output("package"), Output("own"));
        CollectionAssert.AreEqual(Inputs["package"], File.ReadAllBytes(Package));
    }

    [TestMethod]
    public void ProgramsGetTheRelaxedLibrary()
    {
        string used = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        CollectionAssert.AreEqual(Output("package"), File.ReadAllBytes(used));
    }

    [TestMethod]
    public void ARelaxedLibraryIsNotChangedAgain()
    {
        CollectionAssert.AreEqual(Output("package"), Output("again"));
        Assert.IsNull(WarningOf("package.out"));
    }

    [TestMethod]
    public void TheByteThatChangesIsTheFlagOfTheVersion()
    {
        CollectionAssert.AreEqual(new[] { TinyLibrary.FlagsAt }, Changed(Inputs["harmless"], Output("harmless")));
        Assert.AreEqual(Weak, Output("harmless")[TinyLibrary.FlagsAt]);
        Assert.IsNull(WarningOf("harmless"));
    }

    [TestMethod]
    [DataRow("older", DisplayName = "the version is not needed")]
    [DataRow("weak", DisplayName = "its need is weak already")]
    public void ALibraryWithNothingToRelaxIsCopiedAsItIs(string name)
    {
        CollectionAssert.AreEqual(Inputs[name], Output(name));
        Assert.IsNull(WarningOf(name));
    }

    [TestMethod]
    [DataRow("package-renamed", "_ZSt21ios_base_library_inity")]
    [DataRow("two-symbols", "printf")]
    [DataRow("defined", "_ZSt21ios_base_library_initv")]
    [DataRow("bound", "relocation")]
    [DataRow("cut-off", "well-formed")]
    [DataRow("text", "ELF64")]
    public void ALibraryForWhichItMayNotBeHarmlessIsRefusedAndCopiedAsItIs(string name, string reason)
    {
        CollectionAssert.AreEqual(Inputs[name], Output(name));
        string? warning = WarningOf(name);
        Assert.IsNotNull(warning);
        StringAssert.Contains(warning, "warning SNIP0001");
        StringAssert.Contains(warning, reason);
    }

    /// <summary>
    /// Here a limit on the size of files ends the build while it writes; the next one would take a part of the library for the whole.
    /// </summary>
    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void ABuildThatEndsWhileItCopiesLeavesTheCopyThatWasThere()
    {
        byte[] older = [1, 2, 3];
        File.WriteAllBytes(PathOf("interrupted"), older);
        string[] build = BuildOf("interrupted.proj", [(Package, PathOf("interrupted"))]);
        var start = new ProcessStartInfo("sh", ["-c", $"ulimit -f 1024; exec dotnet {string.Join(' ', build)}"]);
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0"; // It would need a large file in memory, which the limit counts.
        ProcessRun run = ProcessRun.Of(start);
        Assert.AreNotEqual(0, run.ExitCode, run.Output);
        CollectionAssert.AreEqual(older, File.ReadAllBytes(PathOf("interrupted")));
    }

    /// <summary>Writes a project that copies the files and gives the arguments with which <c>dotnet</c> builds it.</summary>
    private static string[] BuildOf(string name, IEnumerable<(string From, string To)> files)
    {
        string project = Path.Combine(Folder, name);
        File.WriteAllText(project, $"""
            <Project DefaultTargets="Relax">
              <Import Project="{Path.Combine(BuildPaths.Of("RepositoryRoot"), "eng", "native", "Microsoft.ML.Snip.targets")}" />
              <Target Name="Relax">
                {string.Join("\n    ", files.Select(file => $"""<RelaxVersionNeed Source="{file.From}" Destination="{file.To}" />"""))}
              </Target>
            </Project>
            """);
        return ["msbuild", project, "-nologo", "-nodeReuse:false", "-verbosity:minimal"];
    }

    private static string PathOf(string name) => Path.Combine(Folder, name + ".so");

    private static byte[] Output(string name) => File.ReadAllBytes(PathOf(name + ".out"));

    private static string? WarningOf(string name) =>
        s_build.Output.Split('\n').SingleOrDefault(line => line.Contains($"'{PathOf(name)}'", StringComparison.Ordinal));

    private static int[] Changed(byte[] before, byte[] after)
    {
        Assert.HasCount(before.Length, after);
        return [.. Enumerable.Range(0, before.Length).Where(at => before[at] != after[at])];
    }

    private static byte[] Replace(byte[] file, string old, string replacement)
    {
        int at = file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(old + "\0"));
        Encoding.ASCII.GetBytes(replacement).CopyTo(file, at);
        return file;
    }
}
