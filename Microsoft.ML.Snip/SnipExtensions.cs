using Microsoft.ML.Snip;

namespace Microsoft.ML;

/// <summary>The way from an <see cref="MLContext"/> to this library.</summary>
public static class SnipExtensions
{
    /// <summary>Trainers and data sets for small, fast image classifiers pruned before training.</summary>
    /// <param name="mlContext">The context; its seed, log and cancellation apply.</param>
    /// <exception cref="ArgumentNullException"><paramref name="mlContext"/> is null.</exception>
    public static SnipCatalog Snip(this MLContext mlContext)
    {
        ArgumentNullException.ThrowIfNull(mlContext);
        return new SnipCatalog(mlContext);
    }
}
