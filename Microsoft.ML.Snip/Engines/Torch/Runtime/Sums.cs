using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>
/// Sums of tensors. TorchSharp's own (<c>a + b</c>, <c>add_(b)</c>) make a <see cref="Scalar"/> of 1, the factor of the second term, and do
/// not keep it alive while libtorch reads it; the garbage collector may free it too early.
/// </summary>
internal static class Sums
{
    /// <summary>The factor 1; never freed.</summary>
    public static Scalar One { get; } = 1.ToScalar();

    /// <summary>a + b, as a new tensor.</summary>
    public static Tensor Plus(this Tensor a, Tensor b) => a.add(b, One);

    /// <summary>Adds b to a, and gives a.</summary>
    public static Tensor Increase(this Tensor a, Tensor b) => a.add_(b, One);
}
