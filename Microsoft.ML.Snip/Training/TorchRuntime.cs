using System.Runtime.InteropServices;
using TorchSharp;

namespace Microsoft.ML.Snip.Training;

/// <summary>Sees to it that TorchSharp's native library is there before training starts, or says what is missing.</summary>
internal static class TorchRuntime
{
    private const string Advice =
        "Reference the package TorchSharp-cpu (or libtorch-cpu-<platform>, or a CUDA package of TorchSharp) in the program that trains; "
        + "programs that only predict need none of them.";

    /// <exception cref="InvalidOperationException">The native library cannot be loaded; the message says what is missing and what to do.</exception>
    public static void EnsureLoaded()
    {
        // TorchSharp's own attempt ends in a message that blames a missing package whatever the cause, so the loader is asked first.
        NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out _);
        try
        {
            NativeLibrary.Load("LibTorchSharp", typeof(torch).Assembly, null);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            throw new InvalidOperationException("Training needs TorchSharp's native library, which could not be loaded: " + Explain(exception.Message), exception);
        }

        torch.InitializeDeviceType(DeviceType.CPU);
    }

    /// <summary>One sentence for the two causes people meet: an old C++ library, and natives that were never referenced.</summary>
    internal static string Explain(string loaderMessage)
    {
        int at = loaderMessage.IndexOf("version `GLIBCXX", StringComparison.Ordinal);
        if (at >= 0)
        {
            string version = loaderMessage[(at + "version `".Length)..].Split('\'')[0];
            return $"this system's libstdc++ has no {version}. Let the build relax the library (do not set SnipRelaxLibTorchSharp to false), "
                + "or install a newer libstdc++6.";
        }

        return "it, or the libtorch it needs, is not beside the program. " + Advice;
    }
}
