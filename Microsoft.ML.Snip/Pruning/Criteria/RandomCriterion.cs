using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>
/// Keeps random connections, each with the same probability; uses neither weights nor examples. A baseline that every criterion should
/// exceed.
/// </summary>
public sealed class RandomCriterion : IPruningCriterion
{
    /// <inheritdoc/>
    public string Name => "random";

    /// <summary>Draws a score in [0, 1) for each connection from <see cref="PruningContext.Random"/>.</summary>
    /// <inheritdoc/>
    public PruningScores Score(PruningContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        using var scope = NewDisposeScope();
        return PruningScores.FromTensors(
            context.FindPrunableParameters().Select(entry => (entry.Name, Draw(entry.Parameter.shape, context.Random))));
    }

    private static Tensor Draw(long[] shape, Random random)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (int at = 0; at < values.Length; at++)
        {
            values[at] = random.NextSingle();
        }

        return torch.tensor(values, shape, device: CPU);
    }
}
