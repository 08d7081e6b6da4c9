using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>Loads TorchSharp's native library before training starts, or reports what is missing.</summary>
internal static partial class TorchRuntime
{
    /// <summary>The platforms for which TorchSharp has a native library, by the names of its packages.</summary>
    private static readonly string[] Platforms = ["linux-x64", "win-x64", "win-arm64", "osx-arm64"];

    /// <param name="log">Receives a message if the library had to be edited before it was loaded.</param>
    /// <exception cref="InvalidOperationException">
    /// The library cannot be loaded; the message says what is missing and what to do.
    /// </exception>
    public static void EnsureLoaded(Action<string>? log = null)
    {
        if (TorchLibraries.TryLoad(log) is { } failure)
        {
            string platform = Platform(RuntimeInformation.RuntimeIdentifier, RuntimeInformation.ProcessArchitecture);
            string cause = Explain(failure.Message, platform, TorchLibraries.HasLibtorch());
            throw new InvalidOperationException($"Training needs TorchSharp's native library, which could not be loaded: {cause}", failure);
        }

        torch.InitializeDeviceType(DeviceType.CPU);
    }

    /// <summary>The platform in the form that packages use: system, libc if it is musl, and processor.</summary>
    /// <param name="runtimeIdentifier">The platform that the runtime was built for, such as "linux-musl-x64" or "alpine.3.22-x64".</param>
    /// <param name="processor">The processor architecture of the process.</param>
    internal static string Platform(string runtimeIdentifier, Architecture processor)
    {
        bool isMusl = runtimeIdentifier.Contains("musl", StringComparison.Ordinal)
            || runtimeIdentifier.StartsWith("alpine", StringComparison.Ordinal);
        string system = runtimeIdentifier.StartsWith("win", StringComparison.Ordinal) ? "win"
            : runtimeIdentifier.StartsWith("osx", StringComparison.Ordinal) ? "osx"
            : isMusl ? "linux-musl" : "linux";
        return $"{system}-{processor.ToString().ToLowerInvariant()}";
    }

    /// <summary>Explains a loading error and what to do, for each of the common causes.</summary>
    /// <param name="loaderMessage">The error message of the system's loader.</param>
    /// <param name="platform">The result of <see cref="Platform"/>.</param>
    /// <param name="hasLibtorch">Whether libtorch is among the program's files.</param>
    internal static string Explain(string loaderMessage, string platform, bool hasLibtorch)
    {
        if (!Platforms.Contains(platform))
        {
            return $"TorchSharp has none for {platform}, only for {string.Join(", ", Platforms)}. "
                + "Train on another machine and predict here: a saved model predicts without TorchSharp on every platform of .NET.";
        }

        if (MissingVersion.Match(loaderMessage) is { Success: true } missing)
        {
            string package = missing.Groups["version"].Value.StartsWith("GLIBCXX", StringComparison.Ordinal) ? "libstdc++" : "C library";
            return $"this system's {package} has no {missing.Groups["version"].Value}. Install a newer one (package libstdc++6 of Debian "
                + "and Ubuntu), use a newer system, or do not set SnipRelaxLibTorchSharp to false.";
        }

        if (loaderMessage.Contains("0x8007007F", StringComparison.OrdinalIgnoreCase) || MissingSymbol.IsMatch(loaderMessage))
        {
            return $"the libtorch that was found is not the one that TorchSharp {TorchSharpVersion} was built for, which is "
                + $"{LibtorchVersion}. Use matching versions of TorchSharp and TorchSharp-cpu (or libtorch-cpu-<platform>), and delete old "
                + "copies of libtorch from the program's folder and the search path.";
        }

        if (hasLibtorch && loaderMessage.Contains("0x8007007E", StringComparison.OrdinalIgnoreCase))
        {
            return "its files were found, but a library that they need is missing: usually the Visual C++ runtime. Install the "
                + $"\"Microsoft Visual C++ Redistributable\" for {platform["win-".Length..]}, version 2015 or later.";
        }

        return "it, or the libtorch it needs, is not in the program's folder. Reference the package TorchSharp-cpu (or libtorch-cpu-"
            + $"{platform}, or a CUDA package of TorchSharp) in the program that trains; programs that only predict do not need them.";
    }

    /// <summary>The libtorch version that matches the TorchSharp version of this library.</summary>
    internal static string LibtorchVersion { get; } = typeof(TorchRuntime).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "LibtorchVersion").Value!;

    private static string TorchSharpVersion => typeof(torch).Assembly.GetName().Version!.ToString(3);

    [GeneratedRegex("version `(?<version>GLIBC[^']*)' not found")]
    private static partial Regex MissingVersion { get; }

    [GeneratedRegex("undefined symbol|Symbol not found")]
    private static partial Regex MissingSymbol { get; }
}
