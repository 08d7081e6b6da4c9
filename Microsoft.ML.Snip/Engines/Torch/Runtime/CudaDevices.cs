using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>The GPUs that TorchSharp can use.</summary>
internal static class CudaDevices
{
    private const string WhatToInstall =
        "Training on a GPU needs an NVIDIA GPU with its driver, and a reference to TorchSharp-cuda-linux or TorchSharp-cuda-windows "
        + "instead of TorchSharp-cpu in the program that trains.";

    /// <summary>Why a GPU cannot be used, and what to do, as sentences; null if it can.</summary>
    /// <param name="index">The number of the GPU.</param>
    public static string? FindFault(int index)
    {
        if (!cuda.is_available())
        {
            return $"TorchSharp finds no GPU. {WhatToInstall}";
        }

        int count = cuda.device_count();
        return index < count ? null : $"There are {count} GPUs, numbered from 0, and no cuda:{index}.";
    }

    /// <summary>The name of a GPU from its driver, such as "NVIDIA H100"; null if the driver does not tell.</summary>
    /// <param name="index">The number of the GPU.</param>
    public static string? FindName(int index)
    {
        string driver = OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";
        if (!NativeLibrary.TryLoad(driver, out IntPtr library))
        {
            return null;
        }

        try
        {
            var name = new byte[256];
            return Call<Initialize>("cuInit")(0) == 0
                && Call<GetDevice>("cuDeviceGet")(out int device, index) == 0
                && Call<GetName>("cuDeviceGetName")(name, name.Length, device) == 0
                ? Encoding.ASCII.GetString(name.AsSpan(0, Math.Max(0, Array.IndexOf(name, (byte)0))))
                : null;
        }
        finally
        {
            NativeLibrary.Free(library);
        }

        T Call<T>(string function)
            where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, function));
    }

    private delegate int Initialize(uint flags);

    private delegate int GetDevice(out int device, int ordinal);

    private delegate int GetName([Out] byte[] name, int length, int device);
}
