using Microsoft.ML.Snip.Engines.Managed.Plans;

namespace Microsoft.ML.Snip.Engines.Managed.Planning;

/// <summary>
/// Assigns memory to buffers so that buffers with disjoint lifetimes share it: each buffer gets the lowest start that is free during its
/// lifetime.
/// </summary>
internal static class BufferAllocator
{
    /// <summary>Sets each buffer's start.</summary>
    /// <returns>The number of values that all buffers need together.</returns>
    public static long Place(IReadOnlyList<ActivationBuffer> buffers)
    {
        long end = 0;
        var placed = new List<ActivationBuffer>();
        foreach (ActivationBuffer buffer in buffers)
        {
            long start = 0;
            foreach (ActivationBuffer other in placed.Where(other => Overlap(buffer, other)).OrderBy(other => other.Start))
            {
                if (start + buffer.Capacity <= other.Start)
                {
                    break;
                }

                start = Math.Max(start, other.Start + other.Capacity);
            }

            buffer.Start = start;
            placed.Add(buffer);
            end = Math.Max(end, start + buffer.Capacity);
        }

        return end;
    }

    private static bool Overlap(ActivationBuffer first, ActivationBuffer second) =>
        first.FirstOperator <= second.LastOperator && second.FirstOperator <= first.LastOperator;
}
