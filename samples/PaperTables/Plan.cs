using Microsoft.ML.Snip;

namespace PaperTables;

/// <summary>How much a row is trained if its time budget allows it.</summary>
/// <param name="MaxEpochs">Passes over the training images.</param>
/// <param name="MaxImages">Training images.</param>
/// <param name="Scored">Training images to score connections on.</param>
/// <param name="Layers">Layers that are pruned to a sparsity of their own.</param>
/// <param name="Sparsity">The sparsity of the others in place of the row's, or null.</param>
/// <param name="DropFraction">The share of a pruned network's connections that each mask update drops and grows at first.</param>
/// <param name="RandomMask">Whether to also train a network that keeps as many connections, chosen by chance.</param>
internal sealed record Plan(
    int MaxEpochs, int MaxImages, int Scored, LayerSparsity[] Layers, double? Sparsity, double DropFraction, bool RandomMask)
{
    /// <summary>Networks trained for one row.</summary>
    public int Fits => RandomMask ? 3 : 2;

    /// <summary>Whole epochs over all images; if not even one is affordable, one over some of them, in whole batches.</summary>
    /// <param name="affordable">Training images, counted once an epoch, that the budget allows.</param>
    /// <param name="available">Training images there are.</param>
    public (int Epochs, int Images) Within(double affordable, int available)
    {
        int images = Math.Min(MaxImages, available);
        return affordable >= images
            ? ((int)Math.Min(MaxEpochs, affordable / images), images)
            : (1, (int)Math.Min(images, Training.BatchSize * Math.Max(1, Math.Floor(affordable / Training.BatchSize))));
    }
}
