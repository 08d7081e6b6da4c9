using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Engines.Managed.Planning;

/// <summary>
/// Which numbers of an image the network reads. A pruned network that starts with a fully connected layer leaves many unread (at 99 % more
/// than half of LeNet-300-100's pixels), and those need not be laid out for it.
/// </summary>
internal static class InputRanges
{
    /// <summary>Ranges start and end at multiples of this, the numbers that are transposed together.</summary>
    private const int Granularity = 4;

    public static NumberRange[] Find(SparseNetwork network)
    {
        int length = network.Definition.InputShape.Count;
        var read = new bool[(length + Granularity - 1) / Granularity];
        if (!MarkReads(network, NetworkDefinition.InputName, read))
        {
            return [new NumberRange(0, length)];
        }

        var ranges = new List<NumberRange>();
        for (int first = 0; first < read.Length; first++)
        {
            if (read[first])
            {
                int last = first;
                while (last + 1 < read.Length && read[last + 1])
                {
                    last++;
                }

                int start = first * Granularity;
                ranges.Add(new NumberRange(start, Math.Min((last + 1) * Granularity, length) - start));
                first = last;
            }
        }

        return [.. ranges];
    }

    /// <summary>Marks what the readers of an output read of it; false if one is of a kind that may read all.</summary>
    private static bool MarkReads(SparseNetwork network, string name, bool[] read)
    {
        foreach (Layer reader in network.Definition.Layers.Where(layer => layer.Inputs.Contains(name, StringComparer.Ordinal)))
        {
            switch (reader)
            {
                case Flatten or Dropout when MarkReads(network, reader.Name, read):
                    break;
                case Linear when network.Definition.ShapeOf(name).Kind == TensorKind.Vector:
                    foreach (int column in network.Weights[reader.Name + ".weight"].Column)
                    {
                        read[column / Granularity] = true;
                    }

                    break;
                default:
                    return false;
            }
        }

        return true;
    }
}
