using Microsoft.ML.Snip.Pruning;
using Microsoft.ML.Snip.Pruning.Criteria;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>Creates scores from tensors and converts them to tensors.</summary>
public static class PruningScoresTensors
{
    extension(PruningScores)
    {
        /// <summary>Creates the scores of a custom criterion.</summary>
        /// <param name="scores">
        /// For each prunable parameter its name and a tensor of its shape, in the order of the network's <c>named_parameters</c>. Scores
        /// must be finite and not negative; higher scores are more important. If a criterion has signed scores, subtract the smallest one
        /// first. They need not sum to 1. The tensors may be on any device; the caller still owns them.
        /// </param>
        /// <returns>
        /// The scores divided by their sum; in double precision if all tensors are Float64, otherwise in single precision.
        /// </returns>
        /// <exception cref="ArgumentException">There are no scores, or a name occurs twice.</exception>
        /// <exception cref="InvalidOperationException">A score is negative or not finite, or all scores are 0.</exception>
        public static PruningScores FromTensors(IEnumerable<(string Name, Tensor Scores)> scores)
        {
            ArgumentNullException.ThrowIfNull(scores);
            List<(string Name, Tensor Scores)> entries = [.. scores];
            return TensorScores.Normalize(entries, index => entries[index].Scores.alias(), divisor: 1, ScoreAdvice.CustomCriterion);
        }
    }

    /// <summary>The scores of one parameter as a tensor.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="parameterName">A name of <see cref="PruningScores.Parameters"/>.</param>
    /// <returns>
    /// A new tensor of the parameter's shape on the CPU: Float64 if <see cref="PruningScores.IsDouble"/> is true, otherwise Float32.
    /// </returns>
    /// <exception cref="KeyNotFoundException">No scored parameter has this name.</exception>
    public static Tensor TensorOf(this PruningScores scores, string parameterName)
    {
        ArgumentNullException.ThrowIfNull(scores);
        double[] values = scores.ValuesOf(parameterName);
        long[] shape = [.. scores.Parameters.First(parameter => parameter.Name == parameterName).Shape];
        return tensor(values, shape, dtype: scores.IsDouble ? ScalarType.Float64 : ScalarType.Float32, device: CPU);
    }
}
