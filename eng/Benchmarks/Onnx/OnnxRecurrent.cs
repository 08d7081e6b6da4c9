using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Benchmarks.Onnx;

/// <summary>
/// Recurrent layers as ONNX has them: gates in another order, both biases in one constant, and the last state as an output of its own.
/// </summary>
internal static class OnnxRecurrent
{
    /// <summary>The output that is the state after the last step, [1, batch, units].</summary>
    public static string LastState(string layer) => layer + ".last";

    public static IEnumerable<ProtobufWriter> Nodes(RecurrentLayer layer)
    {
        string steps = layer.Name + ".input";
        yield return OnnxModel.Node("Reshape", steps, layer.Input, layer.Name + ".shape");
        ProtobufWriter node = OnnxModel.Node(
            layer is Lstm ? "LSTM" : "GRU", ["", LastState(layer.Name)], steps, layer.Name + ".weight_ih_l0", layer.Name
            + ".weight_hh_l0", layer.Name + ".bias");
        node.Message(5, OnnxModel.Integer("hidden_size", layer.Units));
        yield return layer is Gru ? node.Message(5, OnnxModel.Integer("linear_before_reset", 1)) : node;
    }

    public static IEnumerable<ProtobufWriter> Tensors(RecurrentLayer layer, SparseNetwork network, int batch)
    {
        // Input, forget, cell, output becomes input, output, forget, cell; reset, update, new becomes update, reset, new.
        int[] order = layer is Lstm ? [0, 3, 1, 2] : [1, 0, 2];
        float[] Reordered(float[] values) => [.. order.SelectMany(gate => values.Chunk(values.Length / order.Length).ElementAt(gate))];
        float[] Weight(string name) => Reordered(network.Weights[$"{layer.Name}.{name}"].ToDense());
        float[] Bias(string name) => Reordered(network.Vectors[$"{layer.Name}.{name}"]);
        int rows = order.Length * layer.Units;
        float[] fromInput = Weight("weight_ih_l0");
        int features = fromInput.Length / rows;
        long steps = network.Definition.InputShape.Height;
        yield return OnnxModel.Tensor(layer.Name + ".shape", [steps, batch, features]);
        yield return OnnxModel.Tensor(layer.Name + ".weight_ih_l0", fromInput, 1, rows, features);
        yield return OnnxModel.Tensor(layer.Name + ".weight_hh_l0", Weight("weight_hh_l0"), 1, rows, layer.Units);
        yield return OnnxModel.Tensor(layer.Name + ".bias", [.. Bias("bias_ih_l0"), .. Bias("bias_hh_l0")], 1, 2 * rows);
    }
}
