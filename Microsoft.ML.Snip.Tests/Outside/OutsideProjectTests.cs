using System.Diagnostics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Tests.Outside;

/// <summary>
/// Projects as people have them: elsewhere, without this repository's settings and versions. They build the README's first program and run
/// it on images; what they reference is found as it is by their users.
/// </summary>
[TestClass]
public class OutsideProjectTests
{
    private static readonly string Root = BuildPaths.Of("RepositoryRoot");
    private static readonly string Folder = Directory.CreateTempSubdirectory("outside").FullName;
    private static readonly string Feed = Path.Combine(Folder, "feed");

    private static readonly string Libtorch = $"""
        <PackageReference Include="{BuildPaths.Of("Libtorch")}" Version="{BuildPaths.Of("LibtorchVersion")}" />
        """;

    private static readonly string Package = """<PackageReference Include="Microsoft.ML.Snip" Version="1.0.0" />""";

    /// <summary>
    /// The package lies in a folder; what it depends on is taken from where this repository's own packages are, and nothing is added there.
    /// </summary>
    private static readonly string Packages = $"""
        <RestoreAdditionalProjectSources>{Feed}</RestoreAdditionalProjectSources>
        <RestorePackagesPath>{Path.Combine(Folder, "packages")}</RestorePackagesPath>
        <RestoreFallbackFolders>{BuildPaths.Of("Packages")}</RestoreFallbackFolders>
        """;

    [ClassInitialize]
    public static void WriteImagesAndPackage(TestContext testContext)
    {
        File.Copy(Path.Combine(Root, "NuGet.config"), Path.Combine(Folder, "NuGet.config"));
        int number = 0;
        foreach ((float[] pixels, string label) in SyntheticImages.Draw(120, seed: 1))
        {
            WriteImage(pixels, Path.Combine("images", label, $"{number++}.png"));
        }

        WriteImage(SyntheticImages.Draw(2, seed: 2).Last().Pixels, "new.png");
        ProcessRun pack = ProcessRun.Dotnet(
            "pack", Path.Combine(Root, "Microsoft.ML.Snip"), "--no-build", "-c", BuildPaths.Of("Configuration"), "-o", Feed,
            "-nodeReuse:false",
            $"-p:NuspecOutputPath={Path.Combine(Folder, "nuspec")}/");
        Assert.AreEqual(0, pack.ExitCode, pack.Output + pack.Errors);
    }

    [ClassCleanup]
    public static void Clean() => Directory.Delete(Folder, recursive: true);

    [TestMethod]
    public void AProjectThatReferencesThePackageTrainsAndPredicts() =>
        BuildAndRun(Write("package", "net10.0", Packages, Package + Libtorch));

    /// <summary>The library is taken as it was built, so that nothing is written in this repository.</summary>
    [TestMethod]
    public void AProjectThatReferencesTheProjectTrainsAndPredicts()
    {
        string library = Path.Combine(Root, "Microsoft.ML.Snip", "Microsoft.ML.Snip.csproj");
        BuildAndRun(
            Write("project", "net10.0", settings: string.Empty, $"""<ProjectReference Include="{library}" />""" + Libtorch),
            "-p:BuildProjectReferences=false", "-p:RestoreRecursive=false");
    }

    [TestMethod]
    public void AProjectForAnOlderFrameworkIsToldWhichThePackageSupports()
    {
        ProcessRun run = ProcessRun.Dotnet("restore", Write("older", "net8.0", Packages, Package), "-nodeReuse:false");
        Assert.AreNotEqual(0, run.ExitCode);
        StringAssert.Contains(run.Output, "NU1202");
        StringAssert.Contains(run.Output, "supports: net10.0");
    }

    private static void BuildAndRun(string project, params string[] more)
    {
        ProcessRun build = ProcessRun.Dotnet(
            ["build", project, "-c", BuildPaths.Of("Configuration"), "-nodeReuse:false", "-p:UseSharedCompilation=false", .. more]);
        Assert.AreEqual(0, build.ExitCode, build.Output + build.Errors);
        Assert.DoesNotContain("MSB3277", build.Output, "Two versions of an assembly are referenced.");

        string program = Path.Combine(Path.GetDirectoryName(project)!, "bin", BuildPaths.Of("Configuration"), "net10.0", "app.dll");
        ProcessRun run = ProcessRun.Of(new ProcessStartInfo("dotnet", [program]) { WorkingDirectory = Folder });
        Assert.AreEqual(0, run.ExitCode, run.Output + run.Errors);
        Assert.AreEqual(SyntheticImages.ClassNames[1], run.Output.TrimEnd().Split('\n')[^1]);
    }

    private static string Write(string name, string framework, string settings, string references)
    {
        string folder = Directory.CreateDirectory(Path.Combine(Folder, name)).FullName;
        File.Copy(Path.Combine(Root, "Microsoft.ML.Snip.Tests", "Outside", "Program.cs"), Path.Combine(folder, "Program.cs"));
        string project = Path.Combine(folder, "app.csproj");
        File.WriteAllText(project, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>{framework}</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
                {settings}
              </PropertyGroup>
              <ItemGroup>
                {references}
              </ItemGroup>
            </Project>
            """);
        return project;
    }

    private static void WriteImage(float[] pixels, string name)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using MLImage image = SyntheticImages.ToImage(pixels);
        image.Save(path);
    }
}
