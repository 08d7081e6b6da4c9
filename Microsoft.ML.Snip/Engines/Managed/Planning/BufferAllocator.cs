using Microsoft.ML.Snip.Engines.Managed.Plans;

namespace Microsoft.ML.Snip.Engines.Managed.Planning;

/// <summary>
/// Gives buffers their places, so that those which are never alive together share memory: each at the lowest place that is free for its
/// life.
/// </summary>
internal static class BufferAllocator
{
    /// <summary>Sets each buffer's start.</summary>
    /// <returns>How many numbers all of them need.</returns>
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

    private static bool Overlap(ActivationBuffer one, ActivationBuffer other) =>
        one.FirstOperator <= other.LastOperator && other.FirstOperator <= one.LastOperator;
}
