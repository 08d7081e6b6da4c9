using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>What an ML.NET context says about devices.</summary>
/// <param name="GpuDeviceId">The number of the GPU to use; null for none.</param>
/// <param name="FallbackToCpu">Whether a GPU that is missing is replaced by the CPU.</param>
internal readonly record struct ContextDevices(int? GpuDeviceId, bool FallbackToCpu);

/// <summary>The device that trains.</summary>
/// <param name="Device">Cpu or Cuda.</param>
/// <param name="Name">The device with its name, for people.</param>
internal sealed record DeviceChoice(TrainingDevice Device, string Name)
{
    /// <summary>The CPU.</summary>
    public static DeviceChoice Cpu { get; } = new(TrainingDevice.Cpu, "cpu");

    /// <summary>Chooses the device.</summary>
    /// <param name="options">The options.</param>
    /// <param name="context">The settings of the context.</param>
    /// <param name="warn">Receives a warning if the CPU replaces a GPU.</param>
    /// <exception cref="ArgumentException">The managed engine is asked for on a GPU.</exception>
    /// <exception cref="InvalidOperationException">The GPU is missing.</exception>
    public static DeviceChoice Make(Options options, ContextDevices context, Action<string> warn)
    {
        TrainingDevice device = options.Device.Kind != TrainingDeviceKind.Auto ? options.Device
            : context.GpuDeviceId is { } index ? TrainingDevice.Cuda(index)
            : TrainingDevice.Cpu;
        if (device.Kind == TrainingDeviceKind.Cpu)
        {
            return Cpu;
        }

        if (options.TrainingEngine == TrainingEngine.Managed)
        {
            throw new ArgumentException(
                $"TrainingEngine is Managed, which trains on the CPU only, and the device is {device}. Set TrainingEngine to Auto or "
                + "Torch, or Device to Cpu.");
        }

        if (CudaDevices.FindFault(device.Index) is not { } fault)
        {
            return new DeviceChoice(device, CudaDevices.FindName(device.Index) is { } name ? $"{device} ({name})" : device.ToString());
        }

        if (!context.FallbackToCpu)
        {
            throw new InvalidOperationException(
                $"The device {device} cannot be used. {fault} To train on the CPU where there is no GPU, set MLContext.FallbackToCpu.");
        }

        warn($"The device {device} cannot be used; training runs on the CPU, because MLContext.FallbackToCpu is set. {fault}");
        return Cpu;
    }
}
