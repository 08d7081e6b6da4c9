using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>
/// Checks whether libtorch computes correct convolutions in this process. On machines that hide the sizes of their caches, as many virtual
/// machines do, its oneDNN drops parts of the sum for some channel counts, without an error; see docs/numerics.md. Once per process, some
/// small convolutions of the affected kinds are compared with a plain loop, which takes a few milliseconds.
/// </summary>
internal static class ConvolutionCheck
{
    /// <summary>
    /// The largest allowed difference, relative to the largest expected value; rounding in single precision is about a thousandth of it.
    /// </summary>
    private const float Tolerance = 1e-3f;

    /// <summary>
    /// One convolution for each part of oneDNN that is known to fail: the output, the input gradient, and the input gradient with a stride.
    /// </summary>
    private static readonly SmallConvolution[] Samples =
    [
        new(Inputs: 17, Outputs: 32, Kernel: 3, Stride: 1, Side: 4, Batch: 8),
        new(Inputs: 32, Outputs: 50, Kernel: 3, Stride: 1, Side: 4, Batch: 1),
        new(Inputs: 48, Outputs: 16, Kernel: 3, Stride: 2, Side: 5, Batch: 8),
    ];

    private static readonly Lazy<string?> Finding = new(Run);

    /// <summary>A fault to report as if it had been found, for tests on machines without one; otherwise null.</summary>
    internal static string? SimulatedFault { get; set; }

    /// <summary>What is wrong with convolutions in this program; null if they are correct.</summary>
    public static string? FindFault() => OneDnn.OfProcess.IsWanted ? SimulatedFault ?? Finding.Value : null;

    /// <summary>
    /// Switches oneDNN off until the result is disposed, so that convolutions of any module are correct; null if they are correct anyway.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// Convolutions are wrong, and oneDNN cannot be switched off here; the message says what to do.
    /// </exception>
    public static IDisposable? SwitchOneDnnOffWhereWrong() => FindFault() is { } fault ? SwitchOff(OneDnn.OfProcess, fault) : null;

    internal static IDisposable SwitchOff(OneDnn oneDnn, string fault) => oneDnn.CanSwitch
        ? oneDnn.SwitchOff()
        : throw new InvalidOperationException(
            $"libtorch computes wrong convolutions on this machine ({fault}), and oneDNN, which is the cause, cannot be switched off while "
            + "the program runs. Set the environment variable ONEDNN_MAX_CPU_ISA=SSE41 before the program starts, or build the network "
            + "from layers (Options.Network), whose convolutions are computed in a way that is correct.");

    /// <summary>Describes how values differ from the expected ones by more than rounding; null if they do not.</summary>
    /// <param name="what">The name of the values, for the message.</param>
    /// <param name="actual">The values.</param>
    /// <param name="expected">The expected values.</param>
    internal static string? Compare(string what, ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        float scale = 0, worst = 0;
        for (int at = 0; at < expected.Length; at++)
        {
            scale = MathF.Max(scale, MathF.Abs(expected[at]));
            worst = MathF.Max(worst, MathF.Abs(actual[at] - expected[at])); // A NaN stays NaN.
        }

        return worst <= Tolerance * scale
            ? null
            : FormattableString.Invariant($"the {what} is off by {worst:G3} where values reach {scale:G3}");
    }

    private static string? Run()
    {
        using TorchState state = TorchState.Enter();
        using DisposeScope scope = NewDisposeScope();
        return Samples.Select(Check).FirstOrDefault(difference => difference is not null);
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
        string? difference = Compare("output", Read(y), output)
            ?? Compare("gradient of the input", Read(x.grad!), inputGradient)
            ?? Compare("gradient of the weights", Read(w.grad!), weightGradient);
        return difference is null ? null : $"{sample.Inputs} to {sample.Outputs} channels: {difference}";
    }

    private static float[] Read(Tensor tensor) => [.. tensor.detach().contiguous().data<float>()];
}
