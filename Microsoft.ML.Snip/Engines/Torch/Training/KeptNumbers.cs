using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Training;

/// <summary>Copies the numbers of kept weights out of tensors and back.</summary>
internal static class KeptNumbers
{
    /// <summary>The numbers of the kept weights, row-major.</summary>
    /// <param name="numbers">One number for each weight; null for none.</param>
    /// <param name="mask">Not 0 where a weight is kept; null if all are.</param>
    public static float[] Read(Tensor? numbers, Tensor? mask)
    {
        if (numbers is null)
        {
            return [];
        }

        using var scope = NewDisposeScope();
        Tensor dense = numbers.detach();
        Tensor kept = mask is null ? dense.flatten() : dense.masked_select(mask.to(ScalarType.Bool));
        return kept.cpu().contiguous().data<float>().ToArray();
    }

    /// <summary>Writes numbers of the kept weights; those of pruned weights become 0.</summary>
    /// <param name="numbers">Receives one number for each weight; null for none.</param>
    /// <param name="mask">Not 0 where a weight is kept; null if all are.</param>
    /// <param name="values">The numbers of the kept weights, row-major; empty if all are 0.</param>
    public static void Write(Tensor? numbers, Tensor? mask, float[] values)
    {
        if (numbers is null)
        {
            return;
        }

        using var scope = NewDisposeScope();
        Tensor source = tensor(values, device: numbers.device);
        if (mask is null && values.Length > 0)
        {
            numbers.copy_(source.view(numbers.shape));
        }
        else
        {
            numbers.zero_();
        }

        if (mask is not null && values.Length > 0)
        {
            numbers.masked_scatter_(mask.to(ScalarType.Bool), source);
        }
    }
}
