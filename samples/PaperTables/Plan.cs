using Microsoft.ML.Snip;

namespace PaperTables;

/// <summary>How much a row is trained if its time budget allows it.</summary>
/// <param name="MostEpochs">Passes over the training pictures.</param>
/// <param name="MostPictures">Training pictures.</param>
/// <param name="Scored">Training pictures to score connections on.</param>
/// <param name="Layers">Layers that are pruned to a sparsity of their own.</param>
/// <param name="Sparsity">The sparsity of the others in place of the row's, or null.</param>
/// <param name="Rewiring">The share of a pruned network's connections that moves at first while it trains.</param>
/// <param name="RandomMask">Whether to also train a network that keeps as many connections, chosen by chance.</param>
internal sealed record Plan(int MostEpochs, int MostPictures, int Scored, LayerSparsity[] Layers, double? Sparsity, double Rewiring, bool RandomMask)
{
    /// <summary>Networks trained for one row.</summary>
    public int Fits => RandomMask ? 3 : 2;

    /// <summary>Whole epochs over all pictures; if not even one is affordable, one over some of them, in whole batches.</summary>
    /// <param name="affordable">Training pictures, counted once an epoch, that the budget allows.</param>
    /// <param name="available">Training pictures there are.</param>
    public (int Epochs, int Pictures) Within(double affordable, int available)
    {
        int pictures = Math.Min(MostPictures, available);
        return affordable >= pictures
            ? ((int)Math.Min(MostEpochs, affordable / pictures), pictures)
            : (1, (int)Math.Min(pictures, Training.BatchSize * Math.Max(1, Math.Floor(affordable / Training.BatchSize))));
    }
}
