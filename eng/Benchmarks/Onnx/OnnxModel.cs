using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Benchmarks.Onnx;

/// <summary>A network as a dense ONNX model for one batch size, cut weights being zeros.</summary>
internal static class OnnxModel
{
    private const long FloatType = 1;

    public static byte[] Write(SparseNetwork network, int batch)
    {
        NetworkDefinition definition = network.Definition;
        ImageShape shape = definition.InputShape;
        var graph = new ProtobufWriter();
        foreach (Layer layer in definition.Layers)
        {
            foreach (ProtobufWriter node in Nodes(layer, definition))
            {
                graph.Message(1, node);
            }
        }

        graph.Text(2, definition.Name);
        foreach (Parameter parameter in definition.Parameters)
        {
            float[] values = parameter.Role == ParameterRole.Weight ? network.Weights[parameter.Name].ToDense() : network.Vectors[parameter.Name];
            var tensor = new ProtobufWriter();
            foreach (int size in parameter.Shape)
            {
                tensor.Number(1, size);
            }

            graph.Message(5, tensor.Number(2, FloatType).Text(8, parameter.Name).Bytes(9, MemoryMarshal.AsBytes(values.AsSpan())));
        }

        graph.Message(11, Value(NetworkDefinition.InputName, batch, shape.Channels, shape.Height, shape.Width));
        graph.Message(12, Value(definition.Layers[^1].Name, batch, definition.ClassCount));
        return new ProtobufWriter().Number(1, 8).Text(2, "benchmark").Message(7, graph).Message(8, new ProtobufWriter().Text(1, "").Number(2, 17)).ToArray();
    }

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
                    .Message(5, Integers("pads", p.Top, p.Left, p.Bottom, p.Right));
                break;
            case Linear linear:
                yield return Node("Gemm", layer.Name, linear.Bias ? [input, Parameter("weight"), Parameter("bias")] : [input, Parameter("weight")])
                    .Message(5, new ProtobufWriter().Text(1, "transB").Number(3, 1).Number(20, 2));
                break;
            case BatchNorm norm:
                yield return Node("BatchNormalization", layer.Name, [input, .. definition.Parameters.Where(item => item.Layer == layer.Name).Select(item => item.Name)])
                    .Message(5, new ProtobufWriter().Text(1, "epsilon").Single(2, (float)norm.Epsilon).Number(20, 1));
                break;
            case ReLU:
                yield return Node("Relu", layer.Name, input);
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
            case Add add:
                yield return Node("Add", layer.Name, add.First, add.Second);
                break;
            default:
                throw new NotSupportedException($"The benchmark writes no {layer.GetType().Name}.");
        }
    }

    private static ProtobufWriter Node(string kind, string output, params string[] inputs)
    {
        var node = new ProtobufWriter();
        foreach (string input in inputs)
        {
            node.Text(1, input);
        }

        return node.Text(2, output).Text(3, output).Text(4, kind);
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

        return new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, new ProtobufWriter().Number(1, FloatType).Message(2, shape)));
    }
}
