using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using TorchSharp;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>Sees to it that TorchSharp's native library is there before training starts, or says what is missing.</summary>
internal static partial class TorchRuntime
{
    /// <summary>For which platforms TorchSharp has a native library, as its packages name them.</summary>
    private static readonly string[] Platforms = ["linux-x64", "win-x64", "win-arm64", "osx-arm64"];

    /// <param name="log">Takes a sentence if the library had to be edited to load.</param>
    /// <exception cref="InvalidOperationException">
    /// The library cannot be loaded; the message says what is missing and what to do.
    /// </exception>
    public static void EnsureLoaded(Action<string>? log = null)
    {
        if (TorchLibraries.TryLoad(log) is { } failure)
        {
            string platform = Platform(RuntimeInformation.RuntimeIdentifier, RuntimeInformation.ProcessArchitecture);
            string cause = Explain(failure.Message, platform, TorchLibraries.LibtorchIsThere());
            throw new InvalidOperationException($"Training needs TorchSharp's native library, which could not be loaded: {cause}", failure);
        }

        torch.InitializeDeviceType(DeviceType.CPU);
    }

    /// <summary>A platform as packages name it: system, libc where it is musl, and processor.</summary>
    /// <param name="runtimeIdentifier">What the runtime was built for, such as "linux-musl-x64" or "alpine.3.22-x64".</param>
    /// <param name="processor">The processor that the process runs on.</param>
    internal static string Platform(string runtimeIdentifier, Architecture processor)
    {
        bool isMusl = runtimeIdentifier.Contains("musl", StringComparison.Ordinal)
            || runtimeIdentifier.StartsWith("alpine", StringComparison.Ordinal);
        string system = runtimeIdentifier.StartsWith("win", StringComparison.Ordinal) ? "win"
            : runtimeIdentifier.StartsWith("osx", StringComparison.Ordinal) ? "osx"
            : isMusl ? "linux-musl" : "linux";
        return $"{system}-{processor.ToString().ToLowerInvariant()}";
    }

    /// <summary>What is wrong and what to do, in a sentence or two, for each of the causes that people meet.</summary>
    /// <param name="loaderMessage">What the system's loader said.</param>
    /// <param name="platform">What <see cref="Platform"/> gives.</param>
    /// <param name="libtorchIsThere">Whether the program has a libtorch among its files.</param>
    internal static string Explain(string loaderMessage, string platform, bool libtorchIsThere)
    {
        if (!Platforms.Contains(platform))
        {
            return $"TorchSharp has none for {platform} (it has for {string.Join(", ", Platforms)}). "
                + "Train elsewhere and predict here: a saved model predicts without TorchSharp on every platform of .NET.";
        }

        if (MissingVersion.Match(loaderMessage) is { Success: true } missing)
        {
            string package = missing.Groups["version"].Value.StartsWith("GLIBCXX", StringComparison.Ordinal) ? "libstdc++" : "C library";
            return $"this system's {package} has no {missing.Groups["version"].Value}. Install a newer one (libstdc++6, as Debian and Ubuntu "
                + "call it), use a newer system, or do not set SnipRelaxLibTorchSharp to false.";
        }

        if (loaderMessage.Contains("0x8007007F", StringComparison.OrdinalIgnoreCase) || MissingSymbol.IsMatch(loaderMessage))
        {
            return $"the libtorch that was found is not the one that TorchSharp {TorchSharpVersion} was built for, which is {LibtorchVersion}. "
                + "Give TorchSharp and TorchSharp-cpu (or libtorch-cpu-<platform>) the versions that belong together, and delete old copies of "
                + "libtorch from the program's folder and the search path.";
        }

        if (libtorchIsThere && loaderMessage.Contains("0x8007007E", StringComparison.OrdinalIgnoreCase))
        {
            return "its files are there, but something that they need is not: on Windows most often the Visual C++ runtime. Install the "
                + $"\"Microsoft Visual C++ Redistributable\" for {platform["win-".Length..]}, version 2015 or later.";
        }

        return "it, or the libtorch it needs, is not beside the program. Reference the package TorchSharp-cpu (or libtorch-cpu-"
            + $"{platform}, or a CUDA package of TorchSharp) in the program that trains; programs that only predict need none of them.";
    }

    /// <summary>Which libtorch belongs to the TorchSharp that this library is built with.</summary>
    internal static string LibtorchVersion { get; } = typeof(TorchRuntime).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "LibtorchVersion").Value!;

    private static string TorchSharpVersion => typeof(torch).Assembly.GetName().Version!.ToString(3);

    [GeneratedRegex("version `(?<version>GLIBC[^']*)' not found")]
    private static partial Regex MissingVersion { get; }

    [GeneratedRegex("undefined symbol|Symbol not found")]
    private static partial Regex MissingSymbol { get; }
}
