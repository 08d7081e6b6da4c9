using Microsoft.ML.Snip;

namespace Microsoft.ML;

/// <summary>The entry point of this library, an extension of <see cref="MLContext"/>.</summary>
public static class SnipExtensions
{
    /// <summary>Trainers and data sets for small, fast image classifiers that are pruned before training.</summary>
    /// <param name="mlContext">The context; its seed, log and cancellation apply.</param>
    /// <exception cref="ArgumentNullException"><paramref name="mlContext"/> is null.</exception>
    public static SnipCatalog Snip(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return new SnipCatalog(mlContext);
    }
}
