namespace Microsoft.ML.Snip.Mutations;

/// <summary>
/// A copy of the repository with its tests built, in which faults are put one after the other. Only the library is built anew
/// for a fault, and put beside the tests and the programs that they start.
/// </summary>
/// <param name="repository">The repository; it is only read.</param>
/// <param name="folder">The copy's folder. What it holds from an earlier trial saves copying and building.</param>
internal sealed class WorkingCopy(string repository, string folder)
{
    private const string Library = "Microsoft.ML.Snip", Tests = "Microsoft.ML.Snip.Tests";

    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(15);

    /// <summary>The file with the fault as it was; null while there is none.</summary>
    private string? _sound;

    /// <summary>The tests' assembly.</summary>
    public string TestAssembly => Path.Combine(OutputOf(Tests), Tests + ".dll");

    /// <summary>Copies what has changed, builds the tests and all that they start.</summary>
    /// <exception cref="InvalidOperationException">Something cannot be listed or built.</exception>
    public async Task Prepare()
    {
        string[] files = await ListFiles();
        var wanted = files.ToHashSet(StringComparer.Ordinal);
        foreach (string file in files)
        {
            var source = new FileInfo(Path.Combine(repository, file));
            var target = new FileInfo(Path.Combine(folder, file));
            if (source.Exists && !(target.Exists && HaveSameBytes(source, target)))
            {
                target.Directory!.Create();
                source.CopyTo(target.FullName, overwrite: true);
                File.SetLastWriteTimeUtc(target.FullName, DateTime.UtcNow); // Later than what was built of it.
            }
        }

        foreach (string file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
        {
            string name = Path.GetRelativePath(folder, file).Replace('\\', '/');
            if (!wanted.Contains(name) && !name.Contains("/obj/", StringComparison.Ordinal))
            {
                File.Delete(file);
            }
        }

        CommandResult built = await Commands.Run(folder, BuildLimit, "dotnet", "build", "-c", "Release", Tests);
        if (built.ExitCode != 0)
        {
            throw new InvalidOperationException($"The tests do not build in {folder}:\n{built.Output}");
        }
    }

    /// <summary>Puts a fault in and builds the library.</summary>
    /// <returns>What the compiler says, or null if it says nothing.</returns>
    /// <exception cref="InvalidDataException">The fault's line is not found exactly once.</exception>
    public async Task<string?> Apply(Fault fault)
    {
        string sound = File.Exists(PathOf(fault))
            ? File.ReadAllText(PathOf(fault))
            : throw new InvalidDataException($"There is no file {fault.File}.");
        File.WriteAllText(PathOf(fault), fault.Apply(sound));
        _sound = sound;
        CommandResult built = await BuildLibrary();
        if (built.ExitCode != 0)
        {
            IEnumerable<string> errors = built.Output.Split('\n').Where(line => line.Contains("error", StringComparison.Ordinal));
            return string.Join('\n', errors.Distinct().Take(3));
        }

        // With its symbols, which must be those of the same build for who reads them.
        foreach (string name in new[] { Library + ".dll", Library + ".pdb" })
        {
            string fresh = Path.Combine(OutputOf(Library), name);
            foreach (string copy in Directory.EnumerateFiles(folder, name, SearchOption.AllDirectories).Where(IsOfAnother).ToArray())
            {
                File.Delete(copy); // Never written into: it may be a hard link.
                File.Copy(fresh, copy);
            }
        }

        return null;
    }

    /// <summary>Takes a fault out again.</summary>
    public void Remove(Fault fault)
    {
        if (_sound is not null)
        {
            File.WriteAllText(PathOf(fault), _sound);
            _sound = null;
        }
    }

    /// <summary>Without analyzers, which would refuse what only looks wrong.</summary>
    private Task<CommandResult> BuildLibrary() => Commands.Run(
        folder, BuildLimit, "dotnet", "build", "-c", "Release", "--no-restore", Library,
        "-p:TreatWarningsAsErrors=false", "-p:RunAnalyzers=false",
        "-p:EnforceCodeStyleInBuild=false", "-p:GenerateDocumentationFile=false");

    private async Task<string[]> ListFiles()
    {
        CommandResult listed = await Commands.Run(repository, BuildLimit, "git", "ls-files", "--cached", "--others", "--exclude-standard");
        return listed.ExitCode == 0
            ? listed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : throw new InvalidOperationException($"git does not list the files of {repository}: {listed.Output}");
    }

    private static bool HaveSameBytes(FileInfo one, FileInfo other) =>
        File.ReadAllBytes(one.FullName).AsSpan().SequenceEqual(File.ReadAllBytes(other.FullName));

    private bool IsOfAnother(string assembly) =>
        Path.GetRelativePath(folder, assembly).Split(Path.DirectorySeparatorChar) is var parts
        && parts[0] != Library && parts.Contains("bin");

    private string OutputOf(string project) => Path.Combine(folder, project, "bin", "Release", "net10.0");

    private string PathOf(Fault fault) => Path.Combine(folder, Library, fault.File);
}
