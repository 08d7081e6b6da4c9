using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Benchmarks.Onnx;

/// <summary>A network as a dense ONNX model for one batch size, cut weights being zeros.</summary>
internal static class OnnxModel
{
    private const long FloatType = 1, IntegerType = 7;

    public static byte[] Write(SparseNetwork network, int batch)
    {
        NetworkDefinition definition = network.Definition;
        ImageShape shape = definition.InputShape;
        var graph = new ProtobufWriter();
        foreach (Layer layer in definition.Layers)
        {
            foreach (ProtobufWriter node in layer is RecurrentLayer recurrent ? OnnxRecurrent.Nodes(recurrent) : Nodes(layer, definition))
            {
                graph.Message(1, node);
            }
        }

        graph.Text(2, definition.Name);
        foreach (Layer layer in definition.Layers)
        {
            foreach (ProtobufWriter tensor in layer is RecurrentLayer recurrent ? OnnxRecurrent.Tensors(recurrent, network, batch)
            : Tensors(layer, network))
            {
                graph.Message(5, tensor);
            }
        }

        graph.Message(11, Value(NetworkDefinition.InputName, batch, shape.Channels, shape.Height, shape.Width));
        graph.Message(12, Value(definition.Layers[^1].Name, batch, definition.ClassCount));
        return new ProtobufWriter()
            .Number(1, 8)
            .Text(2, "benchmark")
            .Message(7, graph)
            .Message(8, new ProtobufWriter().Text(1, "").Number(2, 17))
            .ToArray();
    }

    /// <summary>A constant of floats.</summary>
    public static ProtobufWriter Tensor(string name, ReadOnlySpan<float> values, params ReadOnlySpan<int> shape) =>
        Tensor(name, FloatType, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A constant of 64-bit integers.</summary>
    public static ProtobufWriter Tensor(string name, ReadOnlySpan<long> values) =>
        Tensor(name, IntegerType, MemoryMarshal.AsBytes(values), [values.Length]);

    /// <summary>A node of one output, named as that.</summary>
    public static ProtobufWriter Node(string kind, string output, params string[] inputs) => Node(kind, [output], inputs);

    /// <summary>A node; outputs that nobody needs have the empty name.</summary>
    public static ProtobufWriter Node(string kind, string[] outputs, params string[] inputs)
    {
        var node = new ProtobufWriter();
        foreach (string input in inputs)
        {
            node.Text(1, input);
        }

        foreach (string output in outputs)
        {
            node.Text(2, output);
        }

        return node.Text(3, outputs[^1]).Text(4, kind);
    }

    public static ProtobufWriter Integer(string name, long value) => new ProtobufWriter().Text(1, name).Number(3, value).Number(20, 2);

    private static ProtobufWriter Tensor(string name, long type, ReadOnlySpan<byte> values, ReadOnlySpan<int> shape)
    {
        var tensor = new ProtobufWriter();
        foreach (int size in shape)
        {
            tensor.Number(1, size);
        }

        return tensor.Number(2, type).Text(8, name).Bytes(9, values);
    }

    private static IEnumerable<ProtobufWriter> Tensors(Layer layer, SparseNetwork network) => layer is Activation
        ? [Tensor(layer.Name + ".min", [0f]), Tensor(layer.Name + ".max", [6f])]
        : from parameter in network.Definition.Parameters
        where parameter.Layer == layer.Name
        select Tensor(
            parameter.Name,
            parameter.Role == ParameterRole.Weight ? network.Weights[parameter.Name].ToDense() : network.Vectors[parameter.Name],
            [.. parameter.Shape]);

    private static IEnumerable<ProtobufWriter> Nodes(Layer layer, NetworkDefinition definition)
    {
        string Parameter(string name) => $"{layer.Name}.{name}";
        string input = layer.Inputs[0];
        switch (layer)
        {
            case Conv2d conv:
                Padding p = conv.Padding;
                string[] inputs = conv.Bias ? [input, Parameter("weight"), Parameter("bias")] : [input, Parameter("weight")];
                yield return Node("Conv", layer.Name, inputs)
                    .Message(5, Integers("kernel_shape", conv.KernelHeight, conv.KernelWidth))
                    .Message(5, Integers("strides", conv.Stride, conv.Stride))
                    .Message(5, Integers("dilations", conv.Dilation, conv.Dilation))
                    .Message(5, Integer("group", conv.Groups))
                    .Message(5, Integers("pads", p.Top, p.Left, p.Bottom, p.Right));
                break;
            case Linear linear:
                yield return Node(
                    "Gemm", layer.Name, linear.Bias ? [input, Parameter("weight"), Parameter("bias")] : [input, Parameter("weight")])
                    .Message(5, Integer("transB", 1));
                break;
            case BatchNorm norm:
                yield return Node(
                    "BatchNormalization", layer.Name,
                    [input, .. definition.Parameters.Where(item => item.Layer == layer.Name).Select(item => item.Name)])
                    .Message(5, new ProtobufWriter().Text(1, "epsilon").Single(2, (float)norm.Epsilon).Number(20, 1));
                break;
            case ReLU:
                yield return Node("Relu", layer.Name, input);
                break;
            case Activation { Function: ActivationFunction.ReLU6 }:
                yield return Node("Clip", layer.Name, input, Parameter("min"), Parameter("max"));
                break;
            case MaxPool pool:
                yield return Node("MaxPool", layer.Name, input)
                    .Message(5, Integers("kernel_shape", pool.Size, pool.Size))
                    .Message(5, Integers("strides", pool.Stride, pool.Stride))
                    .Message(5, Integers("pads", pool.Padding, pool.Padding, pool.Padding, pool.Padding));
                break;
            case GlobalAveragePool:
                yield return Node("GlobalAveragePool", layer.Name + ".map", input);
                yield return Node("Flatten", layer.Name, layer.Name + ".map");
                break;
            case Flatten:
                yield return Node("Flatten", layer.Name, input);
                break;
            case RowsAsSequence:
                // Rows of all images, step after step: [steps, batch, channels, width] as [steps x batch, channels x width].
                yield return Node("Transpose", layer.Name + ".steps", input).Message(5, Integers("perm", 2, 0, 1, 3));
                yield return Node("Flatten", layer.Name, layer.Name + ".steps").Message(5, Integer("axis", 2));
                break;
            case LastStep:
                yield return Node("Flatten", layer.Name, OnnxRecurrent.LastState(input)).Message(5, Integer("axis", 2));
                break;
            case Add add:
                yield return Node("Add", layer.Name, add.First, add.Second);
                break;
            default:
                throw new NotSupportedException($"The benchmark writes no {layer.GetType().Name}.");
        }
    }

    private static ProtobufWriter Integers(string name, params int[] values)
    {
        ProtobufWriter attribute = new ProtobufWriter().Text(1, name);
        foreach (int value in values)
        {
            attribute.Number(8, value);
        }

        return attribute.Number(20, 7);
    }

    private static ProtobufWriter Value(string name, params int[] sizes)
    {
        var shape = new ProtobufWriter();
        foreach (int size in sizes)
        {
            shape.Message(1, new ProtobufWriter().Number(1, size));
        }

        return new ProtobufWriter()
            .Text(1, name)
            .Message(2, new ProtobufWriter().Message(1, new ProtobufWriter().Number(1, FloatType).Message(2, shape)));
    }
}
