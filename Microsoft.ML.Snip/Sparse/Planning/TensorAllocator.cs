namespace Microsoft.ML.Snip.Sparse.Planning;

/// <summary>Gives tensors their places, so that those which are never alive together share memory: each at the lowest place that is free for its life.</summary>
internal static class TensorAllocator
{
    /// <summary>Sets each tensor's start.</summary>
    /// <returns>How many numbers all of them need.</returns>
    public static long Place(IReadOnlyList<Tensor> tensors)
    {
        long end = 0;
        var placed = new List<Tensor>();
        foreach (Tensor tensor in tensors)
        {
            long start = 0;
            foreach (Tensor other in placed.Where(other => Overlap(tensor, other)).OrderBy(other => other.Start))
            {
                if (start + tensor.Capacity <= other.Start)
                {
                    break;
                }

                start = Math.Max(start, other.Start + other.Capacity);
            }

            tensor.Start = start;
            placed.Add(tensor);
            end = Math.Max(end, start + tensor.Capacity);
        }

        return end;
    }

    private static bool Overlap(Tensor one, Tensor other) => one.FirstStep <= other.LastStep && other.FirstStep <= one.LastStep;
}
