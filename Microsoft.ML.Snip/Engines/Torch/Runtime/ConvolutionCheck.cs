using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>
/// Whether libtorch computes convolutions right in this process. On machines that hide the sizes of their caches, as many virtual ones do,
/// its oneDNN drops parts of the sum for some channel counts and says nothing; docs/numerics.md tells more. Some small convolutions of the
/// affected kinds are compared with a plain loop once a process, which takes a few milliseconds.
/// </summary>
internal static class ConvolutionCheck
{
    /// <summary>Largest difference allowed, relative to the largest number expected; single precision needs a thousandth of it.</summary>
    private const float Tolerance = 1e-3f;

    /// <summary>One for each part of oneDNN that was seen to fail: forward, the input's gradient, and that with a stride.</summary>
    private static readonly SmallConvolution[] Samples =
    [
        new(Inputs: 17, Outputs: 32, Kernel: 3, Stride: 1, Side: 4, Batch: 8),
        new(Inputs: 32, Outputs: 50, Kernel: 3, Stride: 1, Side: 4, Batch: 1),
        new(Inputs: 48, Outputs: 16, Kernel: 3, Stride: 2, Side: 5, Batch: 8),
    ];

    private static readonly Lazy<string?> Finding = new(Run);

    /// <summary>A fault to act on as if it had been found, for tests on machines that have none; otherwise null.</summary>
    internal static string? Pretended { get; set; }

    /// <summary>What is wrong with convolutions as the program lets libtorch compute them; null if nothing is.</summary>
    public static string? FindFault() => OneDnn.OfProcess.IsWanted ? Pretended ?? Finding.Value : null;

    /// <summary>
    /// Makes convolutions right whatever module computes them, by doing without oneDNN until the result is disposed; null where they are
    /// right anyway.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// They are wrong, and oneDNN cannot be switched off here; the message says what to do.
    /// </exception>
    public static IDisposable? SwitchOneDnnOffWhereWrong() => FindFault() is { } fault ? SwitchOff(OneDnn.OfProcess, fault) : null;

    internal static IDisposable SwitchOff(OneDnn oneDnn, string fault) => oneDnn.CanSwitch
        ? oneDnn.SwitchOff()
        : throw new InvalidOperationException(
            $"libtorch computes wrong convolutions on this machine ({fault}), and oneDNN, which is the cause, cannot be switched off while the program runs. "
            + "Set the environment variable ONEDNN_MAX_CPU_ISA=SSE41 before the program starts, or build the network of layers (Options.Network), "
            + "whose convolutions are computed in a form that is right.");

    /// <summary>How the numbers differ from those expected by more than rounding, or null if they do not.</summary>
    /// <param name="what">What the numbers are.</param>
    /// <param name="actual">The numbers.</param>
    /// <param name="expected">What they should be.</param>
    internal static string? Compare(string what, ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        float scale = 0, worst = 0;
        for (int at = 0; at < expected.Length; at++)
        {
            scale = MathF.Max(scale, MathF.Abs(expected[at]));
            worst = MathF.Max(worst, MathF.Abs(actual[at] - expected[at])); // NaN, once seen, stays.
        }

        return worst <= Tolerance * scale
            ? null
            : FormattableString.Invariant($"the {what} is off by {worst:G3} where values reach {scale:G3}");
    }

    private static string? Run()
    {
        using TorchState state = TorchState.Enter();
        using DisposeScope scope = NewDisposeScope();
        return Samples.Select(Check).FirstOrDefault(mistake => mistake is not null);
    }

    private static string? Check(SmallConvolution sample)
    {
        float[] input = SmallConvolution.Draw(sample.InputShape, 1), weight = SmallConvolution.Draw(sample.WeightShape, 2);
        float[] gradient = SmallConvolution.Draw(sample.OutputShape, 3);
        Tensor x = tensor(input, sample.InputShape, device: CPU, requires_grad: true);
        Tensor w = tensor(weight, sample.WeightShape, device: CPU, requires_grad: true);
        Tensor y = nn.functional.conv2d(x, w, strides: [sample.Stride, sample.Stride]);
        y.backward([tensor(gradient, sample.OutputShape, device: CPU)]);
        (float[] output, float[] inputGradient, float[] weightGradient) = sample.Compute(input, weight, gradient);
        string? mistake = Compare("output", Read(y), output)
            ?? Compare("gradient of the input", Read(x.grad!), inputGradient)
            ?? Compare("gradient of the weights", Read(w.grad!), weightGradient);
        return mistake is null ? null : $"{sample.Inputs} to {sample.Outputs} channels: {mistake}";
    }

    private static float[] Read(Tensor tensor) => [.. tensor.detach().contiguous().data<float>()];
}
