using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>
/// Folds batch norms into the weights and biases of a neighbouring layer, where the result is the same function: into the layer before if
/// no other layer reads it, or into the only layer after if that has no padding (padded zeros are added after the batch norm and are not
/// normalised). Average pooling may lie between the two: it commutes with an affine function of a channel.
/// </summary>
internal static class BatchNormFolding
{
    public static void Run(NetworkDraft draft)
    {
        // Folding one batch norm can make it possible to fold another.
        while (draft.Layers.OfType<BatchNorm>().Any(norm => TryFold(draft, norm)))
        {
        }
    }

    private static bool TryFold(NetworkDraft draft, BatchNorm norm)
    {
        ChannelAffine affine = ChannelAffine.Of(norm, draft.Vectors);
        if (FindBefore(draft, norm) is { } before)
        {
            FoldIntoPrevious(draft, before, affine);
        }
        else if (FindAfter(draft, norm) is { } after)
        {
            FoldIntoNext(draft, after, affine);
        }
        else
        {
            return false;
        }

        draft.Remove(norm);
        return true;
    }

    private static Layer? FindBefore(NetworkDraft draft, BatchNorm norm)
    {
        SingleInputLayer reader = norm;
        while (draft.FindSoleReader(reader.Input) == reader)
        {
            switch (draft.Find(reader.Input))
            {
                case Conv2d or Linear:
                    return draft.Find(reader.Input);
                case AvgPool or GlobalAveragePool or LastStep:
                    reader = (SingleInputLayer)draft.Find(reader.Input)!;
                    break;
                default:
                    return null;
            }
        }

        return null;
    }

    private static Layer? FindAfter(NetworkDraft draft, BatchNorm norm)
    {
        Layer? reader = draft.FindSoleReader(norm.Name);
        while (reader is AvgPool or GlobalAveragePool or Flatten)
        {
            reader = draft.FindSoleReader(reader.Name);
        }

        return reader is Linear || (reader is Conv2d conv && conv.Padding == default) ? reader : null;
    }

    /// <summary>scale (W x + b) + shift = (scale W) x + (scale b + shift).</summary>
    private static void FoldIntoPrevious(NetworkDraft draft, Layer layer, ChannelAffine affine)
    {
        SparseMatrix matrix = draft.Weights[$"{layer.Name}.weight"];
        var value = new float[matrix.KeptCount];
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int at = matrix.RowStart[row]; at < matrix.RowStart[row + 1]; at++)
            {
                value[at] = (float)(matrix.Value[at] * affine.Scale[row]);
            }
        }

        float[]? bias = draft.Vectors.GetValueOrDefault($"{layer.Name}.bias");
        SetWeights(
            draft, layer, matrix, value,
            [.. affine.Shift.Select((shift, row) => (float)(((bias?[row] ?? 0) * affine.Scale[row]) + shift))]);
    }

    /// <summary>W (scale x + shift) + b = (W scale) x + (W shift + b).</summary>
    private static void FoldIntoNext(NetworkDraft draft, Layer layer, ChannelAffine affine)
    {
        SparseMatrix matrix = draft.Weights[$"{layer.Name}.weight"];
        int columnsPerChannel = matrix.Columns / affine.Scale.Length;
        float[]? bias = draft.Vectors.GetValueOrDefault($"{layer.Name}.bias");
        var value = new float[matrix.KeptCount];
        var folded = new float[matrix.Rows];
        for (int row = 0; row < matrix.Rows; row++)
        {
            double sum = bias?[row] ?? 0;
            for (int at = matrix.RowStart[row]; at < matrix.RowStart[row + 1]; at++)
            {
                int channel = matrix.Column[at] / columnsPerChannel;
                value[at] = (float)(matrix.Value[at] * affine.Scale[channel]);
                sum += matrix.Value[at] * affine.Shift[channel];
            }

            folded[row] = (float)sum;
        }

        SetWeights(draft, layer, matrix, value, folded);
    }

    private static void SetWeights(NetworkDraft draft, Layer layer, SparseMatrix old, float[] value, float[] bias)
    {
        draft.Weights[$"{layer.Name}.weight"] = new SparseMatrix(old.Rows, old.Columns, old.RowStart, old.Column, value);
        draft.Vectors[$"{layer.Name}.bias"] = bias;
        draft.Replace(layer, layer is Conv2d conv ? conv with { Bias = true } : (Linear)layer with { Bias = true });
    }
}
