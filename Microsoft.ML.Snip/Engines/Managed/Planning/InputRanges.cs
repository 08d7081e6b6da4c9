using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Engines.Managed.Planning;

/// <summary>
/// Finds the values of an image that the network reads. A pruned network that starts with a fully connected layer does not read many of
/// them (at 99 % sparsity more than half of LeNet-300-100's pixels), and those need not be copied.
/// </summary>
internal static class InputRanges
{
    /// <summary>Ranges start and end at multiples of this, the number of values that are transposed together.</summary>
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

    /// <summary>
    /// Marks the values that the readers of an output read; false if the kind of a reader is one that may read all values.
    /// </summary>
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
