using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Pruning.Criteria;

/// <summary>Raw scores from tensors.</summary>
/// <param name="isDouble">Whether the scores are copied in double precision.</param>
/// <param name="take">Returns the scores of the parameter at an index, a tensor that is disposed after copying; null for zeros.</param>
internal sealed class TensorScores(bool isDouble, Func<int, Tensor?> take) : IRawScores
{
    public bool IsDouble => isDouble;

    /// <summary>Normalises the scores.</summary>
    /// <param name="parameters">The parameters, or tensors of their shapes.</param>
    /// <param name="take">Returns the scores of the parameter at an index, a tensor that is disposed after copying; null for zeros.</param>
    /// <param name="divisor">The number by which the sum is divided to give <see cref="PruningScores.Total"/>.</param>
    /// <param name="advice">The messages for scores that cannot be used.</param>
    public static PruningScores Normalize<TTensor>(
        IReadOnlyList<(string Name, TTensor Tensor)> parameters, Func<int, Tensor?> take, double divisor, ScoreAdvice advice)
        where TTensor : Tensor => PruningScores.Create(
            parameters.Select(entry => new PrunableParameter(entry.Name, [.. entry.Tensor.shape])),
            new TensorScores(parameters.All(entry => entry.Tensor.dtype == ScalarType.Float64), take),
            divisor,
            advice);

    public void CopyTo(int index, Span<float> target) => Copy(index, ScalarType.Float32, target);

    public void CopyTo(int index, Span<double> target) => Copy(index, ScalarType.Float64, target);

    private void Copy<T>(int index, ScalarType dataType, Span<T> target)
        where T : unmanaged
    {
        using Tensor? raw = take(index);
        if (raw is null)
        {
            target.Clear();
            return;
        }

        using var scope = NewDisposeScope();
        Tensor plain = raw.detach().to(dataType).cpu().contiguous();
        MemoryMarshal.Cast<byte, T>(plain.bytes).CopyTo(target);
    }
}
