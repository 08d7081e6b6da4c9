using Microsoft.ML.Snip.Engines.Managed.Plans;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Plans;

/// <summary>
/// The values between two operators and their gradients, in the working memory of a block. Each is stored for images side by side: number i
/// of image p is at i * lanes + p.
/// </summary>
/// <param name="count">The number of values for one image.</param>
/// <param name="values">The place of the values.</param>
/// <param name="isTrained">Whether anything before it is trained, so that it needs gradients.</param>
internal sealed class Signal(long count, View values, bool isTrained)
{
    public long Count => count;

    public View Values => values;

    public bool IsTrained => isTrained;

    /// <summary>The place of the gradients of the loss; null until it is planned, and for values that are not trained.</summary>
    public View? Gradients { get; set; }
}

/// <summary>A signal as one of its readers sees it.</summary>
internal sealed unsafe class Source(Signal signal)
{
    public Signal Signal => signal;

    public long Count => signal.Count;

    /// <summary>
    /// Whether this reader adds to the gradients because another one has written them before, in the order of the backward pass.
    /// </summary>
    public bool Adds { get; set; }

    public float* ValuesIn(in TrainingBlock block) => signal.Values.In(block.Activations, block.Lanes);

    /// <summary>The gradients; null if they are not needed.</summary>
    public float* GradientsIn(in TrainingBlock block) =>
        signal.Gradients is { } view ? view.In(block.Activations, block.Lanes) : null;
}

/// <summary>A signal as the operator that computes it sees it.</summary>
internal sealed unsafe class Target(Signal signal)
{
    public Signal Signal => signal;

    public long Count => signal.Count;

    public float* ValuesIn(in TrainingBlock block) => signal.Values.In(block.Activations, block.Lanes);

    public float* GradientsIn(in TrainingBlock block) => signal.Gradients!.Value.In(block.Activations, block.Lanes);
}
