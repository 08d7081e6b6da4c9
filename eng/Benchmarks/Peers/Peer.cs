namespace Microsoft.ML.Snip.Benchmarks.Peers;

/// <summary>One way of predicting the same images with the same weights.</summary>
internal abstract class Peer(string name)
{
    public string Name => name;

    /// <summary>Predicts the batch once.</summary>
    public abstract void Run();

    /// <summary>The logits of the last run.</summary>
    public abstract float[] Logits();
}
