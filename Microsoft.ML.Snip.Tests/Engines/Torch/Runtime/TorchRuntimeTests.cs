using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Processor = System.Runtime.InteropServices.Architecture;

namespace Microsoft.ML.Snip.Tests.Engines.Torch.Runtime;

/// <summary>Why TorchSharp's native library cannot be loaded, and what to do, from what the systems' loaders say.</summary>
[TestClass]
public class TorchRuntimeTests
{
    private const string NotFoundOnWindows =
        "Unable to load DLL 'LibTorchSharp' or one of its dependencies: The specified module could not be found. (0x8007007E)";

    [TestMethod]
    [DataRow("libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by libLibTorchSharp.so)", "libstdc++ has no GLIBCXX_3.4.32")]
    [DataRow("libstdc++.so.6: version `GLIBCXX_3.4.33' not found (required by libLibTorchSharp.so)", "libstdc++ has no GLIBCXX_3.4.33")]
    [DataRow("libc.so.6: version `GLIBC_2.38' not found (required by libLibTorchSharp.so)", "C library has no GLIBC_2.38")]
    public void AnOldSystemLibraryIsNamed(string loaderMessage, string says) =>
        StringAssert.Contains(
            TorchRuntime.Explain($"Unable to load shared library 'LibTorchSharp': {loaderMessage}", "linux-x64", true), says);

    [TestMethod]
    [DataRow("Unable to load shared library 'LibTorchSharp': libtorch.so: cannot open shared object file", "linux-x64")]
    [DataRow(NotFoundOnWindows, "win-x64")]
    public void MissingNativesAreNamed(string loaderMessage, string platform)
    {
        string text = TorchRuntime.Explain(loaderMessage, platform, hasLibtorch: false);
        StringAssert.Contains(text, "TorchSharp-cpu");
        StringAssert.Contains(text, $"libtorch-cpu-{platform}");
    }

    /// <summary>Windows says the same of a missing file and of a file that something is missing for.</summary>
    [TestMethod]
    public void WhereTheNativesAreThereWindowsLacksTheVisualCRuntime()
    {
        string text = TorchRuntime.Explain(NotFoundOnWindows, "win-x64", hasLibtorch: true);
        StringAssert.Contains(text, "Visual C++");
        StringAssert.Contains(text, "for x64");
        Assert.DoesNotContain("Reference the package", text);
    }

    [TestMethod]
    [DataRow("Unable to load DLL 'LibTorchSharp': The specified procedure could not be found. (0x8007007F)", "win-x64")]
    [DataRow("/app/libLibTorchSharp.so: undefined symbol: _ZN2at4_ops9new_thing4callE", "linux-x64")]
    [DataRow("dlopen(/app/libLibTorchSharp.dylib, 0x0001): Symbol not found: __ZN2at4_ops9new_thing4callE", "osx-arm64")]
    public void AnotherLibtorchThanTorchSharpsIsNamed(string loaderMessage, string platform)
    {
        string text = TorchRuntime.Explain(loaderMessage, platform, hasLibtorch: true);
        StringAssert.Contains(text, "TorchSharp 0.107.0");
        StringAssert.Contains(text, "2.10.0");
    }

    [TestMethod]
    [DataRow("linux-arm64", Processor.Arm64, "linux-arm64")]
    [DataRow("osx-x64", Processor.X64, "osx-x64")]
    [DataRow("linux-musl-x64", Processor.X64, "linux-musl-x64")]
    [DataRow("alpine.3.22-x64", Processor.X64, "linux-musl-x64")]
    [DataRow("win-x86", Processor.X86, "win-x86")]
    public void WhereTorchSharpHasNothingTheAdviceIsToTrainElsewhere(string runtime, Processor processor, string platform)
    {
        string text = TorchRuntime.Explain(
            "Unable to load shared library 'LibTorchSharp'", TorchRuntime.Platform(runtime, processor), false);
        StringAssert.Contains(text, $"TorchSharp has none for {platform}, only for ");
        StringAssert.Contains(text, "Train on another machine and predict here");
    }

    [TestMethod]
    [DataRow("linux-x64", Processor.X64, "linux-x64")]
    [DataRow("debian.12-x64", Processor.X64, "linux-x64")]
    [DataRow("win-x64", Processor.X64, "win-x64")]
    [DataRow("win10-x64", Processor.X64, "win-x64")]
    [DataRow("win-arm64", Processor.Arm64, "win-arm64")]
    [DataRow("osx.15-arm64", Processor.Arm64, "osx-arm64")]
    public void WhereTorchSharpHasSomethingAPackageIsMissing(string runtime, Processor processor, string platform)
    {
        string text = TorchRuntime.Explain(
            "Unable to load shared library 'LibTorchSharp'", TorchRuntime.Platform(runtime, processor), false);
        StringAssert.Contains(text, $"libtorch-cpu-{platform}");
    }

    /// <summary>What was built with is what the messages name: the packages of the test program.</summary>
    [TestMethod]
    public void TheLibtorchThatIsNamedIsTheOneThatTheTestsRunWith() =>
        StringAssert.StartsWith(TorchSharp.torch.__version__, TorchRuntime.LibtorchVersion + ".");
}
