using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Planning;

/// <summary>
/// Finds the kept weights that the logits depend on. A unit or channel that no kept weight reads has no gradients, nor have the weights
/// that lead to it; of the connections that SNIP keeps at 98 % sparsity, such weights are a considerable part. They need not be computed
/// with: only weight decay and momentum change them.
/// </summary>
internal sealed class ReadUnits
{
    private readonly SparseNetwork _network;
    private readonly Dictionary<string, bool[]> _read = new(StringComparer.Ordinal);

    private ReadUnits(SparseNetwork network)
    {
        _network = network;
        NetworkDefinition definition = network.Definition;
        _read.Add(NetworkDefinition.InputName, new bool[definition.InputShape.Channels]);
        foreach (Layer layer in definition.Layers)
        {
            _read.Add(layer.Name, new bool[definition.ShapeOf(layer.Name).Channels]);
        }

        Array.Fill(_read[definition.Layers[^1].Name], true);
        foreach (Layer layer in definition.Layers.Reverse())
        {
            foreach (string input in layer.Inputs)
            {
                MarkInput(layer, _read[layer.Name], input, _read[input]);
            }
        }
    }

    /// <summary>For each kept weight of each weight parameter, by its number, whether the logits depend on it.</summary>
    public static IReadOnlyDictionary<string, bool[]> FindWeights(SparseNetwork network)
    {
        var found = new ReadUnits(network);
        return network.Weights.ToDictionary(weight => weight.Key, weight => found.FindWeights(weight.Key, weight.Value.Pattern));
    }

    /// <summary>The network with only those kept weights that the logits depend on.</summary>
    public static SparseNetwork KeepRead(SparseNetwork network)
    {
        IReadOnlyDictionary<string, bool[]> depends = FindWeights(network);
        return new SparseNetwork(
            network.Definition,
            network.Weights.ToDictionary(
                weight => weight.Key,
                weight => new SparseMatrix(
                    weight.Value.Pattern.Where(depends[weight.Key]),
                    [.. weight.Value.Value.Where((_, number) => depends[weight.Key][number])])),
            network.Vectors);
    }

    private bool[] FindWeights(string name, SparsePattern pattern)
    {
        Layer layer = _network.Definition.Layers.First(layer => name.StartsWith(layer.Name + ".", StringComparison.Ordinal));
        var depends = new bool[pattern.KeptCount];
        for (int row = 0; row < pattern.Rows; row++)
        {
            bool isRead = layer is not (Linear or Conv2d) || _read[layer.Name][row];
            depends.AsSpan(pattern.RowStart[row], pattern.RowStart[row + 1] - pattern.RowStart[row]).Fill(isRead);
        }

        return depends;
    }

    /// <summary>Marks the channels of an input that a layer reads for those of its own channels that are read.</summary>
    private void MarkInput(Layer layer, bool[] read, string name, bool[] input)
    {
        switch (layer)
        {
            case Linear:
                MarkColumns($"{layer.Name}.weight", read, input, (_, column) => column);
                break;
            case Conv2d convolution:
                int taps = convolution.KernelHeight * convolution.KernelWidth, filters = convolution.Filters / convolution.Groups;
                int channels = input.Length / convolution.Groups;
                MarkColumns($"{layer.Name}.weight", read, input, (row, column) => (row / filters * channels) + (column / taps));
                break;
            case Flatten:
                TensorShape shape = _network.Definition.ShapeOf(name);
                for (int index = 0; index < read.Length; index++)
                {
                    input[index / (shape.Height * shape.Width)] |= read[index];
                }

                break;
            case BatchNorm or ReLU or Activation or MaxPool or AvgPool or GlobalAveragePool or Dropout or Dropout2d or Add:
                for (int channel = 0; channel < read.Length; channel++)
                {
                    input[channel] |= read[channel];
                }

                break;
            default:
                Array.Fill(input, true);
                break;
        }
    }

    private void MarkColumns(string weight, bool[] read, bool[] input, Func<int, int, int> channelOf)
    {
        SparsePattern pattern = _network.Weights[weight].Pattern;
        for (int row = 0; row < pattern.Rows; row++)
        {
            for (int at = pattern.RowStart[row]; read[row] && at < pattern.RowStart[row + 1]; at++)
            {
                input[channelOf(row, pattern.Column[at])] = true;
            }
        }
    }
}
