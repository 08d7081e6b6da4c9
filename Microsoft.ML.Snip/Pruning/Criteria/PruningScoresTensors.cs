using Microsoft.ML.Snip.Pruning;
using Microsoft.ML.Snip.Pruning.Criteria;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>Scores from tensors, and as tensors.</summary>
public static class PruningScoresTensors
{
    extension(PruningScores)
    {
        /// <summary>The scores of a criterion of one's own.</summary>
        /// <param name="scores">
        /// A name and a tensor of the parameter's shape for each prunable parameter, in the order of the network's <c>named_parameters</c>.
        /// Scores are finite and not negative, the higher the more important; a criterion with signed scores subtracts its least one first.
        /// They need not sum to 1. The tensors may be on any device and stay the caller's.
        /// </param>
        /// <returns>The scores divided by their sum; in double precision if all tensors are Float64, else in single precision.</returns>
        /// <exception cref="ArgumentException">There are no scores, or a name comes twice.</exception>
        /// <exception cref="InvalidOperationException">A score is negative or not finite, or all of them are 0.</exception>
        public static PruningScores FromTensors(IEnumerable<(string Name, Tensor Scores)> scores)
        {
            ArgumentNullException.ThrowIfNull(scores);
            List<(string Name, Tensor Scores)> entries = [.. scores];
            return TensorScores.Normalize(entries, index => entries[index].Scores.alias(), divisor: 1, ScoreAdvice.OwnCriterion);
        }
    }

    /// <summary>The scores of one parameter as a tensor.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="parameterName">A name of <see cref="PruningScores.Parameters"/>.</param>
    /// <returns>A new tensor of the parameter's shape on the CPU: Float64 if <see cref="PruningScores.IsDouble"/>, else Float32.</returns>
    /// <exception cref="KeyNotFoundException">No scored parameter has this name.</exception>
    public static Tensor TensorOf(this PruningScores scores, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(scores);
        double[] values = scores.ValuesOf(parameterName);
        long[] shape = [.. scores.Parameters.First(parameter => parameter.Name == parameterName).Shape];
        return tensor(values, shape, dtype: scores.IsDouble ? ScalarType.Float64 : ScalarType.Float32, device: CPU);
    }
}
