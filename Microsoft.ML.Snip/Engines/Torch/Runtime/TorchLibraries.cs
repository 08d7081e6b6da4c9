using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using TorchSharp;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>Loads TorchSharp's native library from the program's folder or, for scripts, from the folders of packages.</summary>
internal static partial class TorchLibraries
{
    private const string Name = "LibTorchSharp";

    /// <summary>The switch that the build sets for programs that do not allow editing the library.</summary>
    private const string Switch = "Microsoft.ML.Snip.RelaxLibTorchSharp";

    private static readonly Assembly TorchSharp = typeof(torch).Assembly;
    private static readonly Lock Loading = new();
    private static bool s_isLoaded;

    /// <summary>Loads the library if it is not loaded yet.</summary>
    /// <param name="log">Receives a message if the library had to be edited before it was loaded.</param>
    /// <returns>Null, or the error of the system's loader.</returns>
    public static Exception? TryLoad(Action<string>? log)
    {
        lock (Loading)
        {
            Exception? failure = s_isLoaded ? null : TryLoadAnywhere(log);
            s_isLoaded = failure is null;
            return failure;
        }
    }

    private static Exception? TryLoadAnywhere(Action<string>? log)
    {
        // TorchSharp's own attempt always reports a missing package, whatever the cause; so the system's loader is called first.
        NativeLibrary.TryLoad("torch_cpu", TorchSharp, null, out _);
        Exception? failure = Run(() => NativeLibrary.Load(Name, TorchSharp, null));
        string[] packages = failure is null ? [] : PackagesOfScript();
        if (OperatingSystem.IsLinux() && packages is [string own, string libtorch] && File.Exists(libtorch))
        {
            NativeLibrary.TryLoad(libtorch, out _);
            failure = Run(() => Use(NativeLibrary.Load(own)));
        }

        if (failure is not null && NeedOfVersion.Match(failure.Message) is { Success: true } need)
        {
            return LoadRelaxed(need.Groups["library"].Value, failure, log);
        }

        return failure is not null && packages.Length > 0 ? Run(() => torch.InitializeDeviceType(DeviceType.CPU)) : failure;
    }

    /// <summary>Whether libtorch, which the library needs, is among the program's files.</summary>
    public static bool HasLibtorch()
    {
        string file = OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so";
        string folders = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? string.Empty;
        return folders.Split(Path.PathSeparator).Append(AppContext.BaseDirectory).Any(folder => File.Exists(Path.Combine(folder, file)));
    }

    /// <summary>
    /// The paths of TorchSharp's native library and of libtorch for scripts and notebooks, which load TorchSharp from its package.
    /// Otherwise empty.
    /// </summary>
    /// <remarks>
    /// TorchSharp itself copies the files of both packages, half a gigabyte, into one folder. It does so in the initializer of its class
    /// torch, which is unusable after a failure. So on Linux, where an old libstdc++ makes it fail, the files are loaded from the packages.
    /// </remarks>
    private static string[] PackagesOfScript()
    {
        string package = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(TorchSharp.Location) ?? string.Empty, "..", ".."));
        if (TorchSharp.Location.Length == 0 || !File.Exists(Path.Combine(package, "torchsharp.nuspec")))
        {
            return [];
        }

        string natives = Path.Combine("runtimes", "linux-x64", "native");
        return
        [
            Path.Combine(package, natives, "libLibTorchSharp.so"),
            Path.Combine(package, "..", "..", "libtorch-cpu-linux-x64", TorchRuntime.LibtorchVersion, natives, "libtorch.so"),
        ];
    }

    /// <summary>
    /// Loads a copy of the library that does not require the version that this system does not have; see <see cref="VersionNeed"/>.
    /// </summary>
    private static Exception? LoadRelaxed(string library, Exception failure, Action<string>? log)
    {
        byte[] bytes = File.ReadAllBytes(library);
        if ((AppContext.TryGetSwitch(Switch, out bool relax) && !relax) || VersionNeed.Relax(bytes) is not null)
        {
            return failure;
        }

        // The copy is in another folder, so the libraries that it needs must be loaded before.
        NativeLibrary.TryLoad(Path.Combine(Path.GetDirectoryName(library)!, "libtorch.so"), out _);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("snip");
        try
        {
            string copy = Path.Combine(folder.FullName, "libLibTorchSharp.so");
            File.WriteAllBytes(copy, bytes);
            if (Run(() => Use(NativeLibrary.Load(copy))) is { } other)
            {
                return other;
            }
        }
        finally
        {
            folder.Delete(recursive: true); // The loaded library stays in memory.
        }

        log?.Invoke($"This system's libstdc++ has no {VersionNeed.Version}: training uses a copy of {library} that does not require it.");
        return null;
    }

    /// <summary>Directs TorchSharp's calls to a library outside the runtime's search path.</summary>
    private static void Use(nint library) =>
        AssemblyLoadContext.GetLoadContext(TorchSharp)!.ResolvingUnmanagedDll += (_, name) => name == Name ? library : 0;

    /// <summary>Null, or the error of loading.</summary>
    private static Exception? Run(Action load)
    {
        try
        {
            load();
            return null;
        }
        catch (TypeInitializationException exception) when (exception.InnerException is NotSupportedException reason)
        {
            return reason; // TorchSharp's own attempt failed.
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            return exception;
        }
    }

    [GeneratedRegex($@"version `{VersionNeed.Version}' not found \(required by (?<library>/.*?{Name}\.so)\)")]
    private static partial Regex NeedOfVersion { get; }
}
