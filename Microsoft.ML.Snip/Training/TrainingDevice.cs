namespace Microsoft.ML.Snip;

/// <summary>Where TorchSharp trains.</summary>
/// <param name="Kind">The kind of device.</param>
/// <param name="Index">The number of the GPU, from 0; not used for other kinds.</param>
public sealed record TrainingDevice(TrainingDeviceKind Kind, int Index = 0)
{
    /// <summary>The GPU of <c>MLContext.GpuDeviceId</c> if it is set, otherwise the CPU.</summary>
    public static TrainingDevice Auto { get; } = new(TrainingDeviceKind.Auto);

    /// <summary>The CPU.</summary>
    public static TrainingDevice Cpu { get; } = new(TrainingDeviceKind.Cpu);

    /// <summary>A GPU.</summary>
    /// <param name="index">Its number, from 0.</param>
    public static TrainingDevice Cuda(int index = 0) => new(TrainingDeviceKind.Cuda, index);

    /// <summary>The device as TorchSharp writes it: auto, cpu or cuda:0.</summary>
    public override string ToString() => Kind switch
    {
        TrainingDeviceKind.Cuda => FormattableString.Invariant($"cuda:{Index}"),
        _ => Kind.ToString().ToLowerInvariant(),
    };
}

/// <summary>A kind of device.</summary>
public enum TrainingDeviceKind
{
    /// <summary>The GPU of <c>MLContext.GpuDeviceId</c> if it is set, otherwise the CPU.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>An NVIDIA GPU, through CUDA. The program must reference a CUDA package of TorchSharp.</summary>
    Cuda,
}
