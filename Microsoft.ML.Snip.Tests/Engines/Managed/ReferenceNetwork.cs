using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Tests.Engines.Managed;

/// <summary>
/// Evaluates a network the plainest way: one image at a time, double precision, dense weights, the formulas of the layer records.
/// </summary>
internal static class ReferenceNetwork
{
    public static double[] Predict(SparseNetwork network, ReadOnlySpan<float> image)
    {
        var outputs =
            new Dictionary<string, double[]> { [NetworkDefinition.InputName] = Array.ConvertAll(image.ToArray(), value => (double)value) };
        foreach (Layer layer in network.Definition.Layers)
        {
            TensorShape shape = network.Definition.ShapeOf(layer.Inputs[0]), outputShape = network.Definition.ShapeOf(layer.Name);
            double[] x = outputs[layer.Inputs[0]];
            float[] Weight(string name) => network.Weights[$"{layer.Name}.{name}"].ToDense();
            float[] Vector(string name) => network.Vectors[$"{layer.Name}.{name}"];
            outputs[layer.Name] = layer switch
            {
                Conv2d conv =>
                    Convolve(x, shape, outputShape, conv, Weight("weight"), conv.Bias ? Vector("bias") : new float[conv.Filters]),
                Linear linear =>
                    Multiply(
                        x, shape.Height, shape.Channels, linear.Units, Weight("weight"),
                        linear.Bias ? Vector("bias") : new float[linear.Units]),
                BatchNorm norm =>
                    Normalise(x, shape, norm, Vector("weight"), Vector("bias"), Vector("running_mean"), Vector("running_var")),
                GroupNorm norm =>
                    NormalizeGroups(x, norm.Groups, shape.Height * shape.Width, norm.Epsilon, Vector("weight"), Vector("bias")),
                LayerNorm norm => NormalizeGroups(x, shape.Height, 1, norm.Epsilon, Vector("weight"), Vector("bias")),
                Activation activation => Array.ConvertAll(x, activation.Apply),
                ReLU => Array.ConvertAll(x, value => Math.Max(value, 0)),
                MaxPool pool => Pool(x, shape, outputShape, pool.Size, pool.Stride, pool.Padding, values => values.Max()),
                AvgPool pool => Pool(x, shape, outputShape, pool.Size, pool.Stride, 0, values => values.Average()),
                GlobalAveragePool => [.. x.Chunk(shape.Height * shape.Width).Select(channel => channel.Average())],
                Flatten or Dropout or Dropout2d => x,
                Microsoft.ML.Snip.Networks.Layers.Multiply { Second: var second } =>
                    [.. x.Select((value, i) => value * outputs[second][i * outputs[second].Length / x.Length])],
                Concat => [.. layer.Inputs.SelectMany(input => outputs[input])],
                Add add => [.. x.Zip(outputs[add.Second], (first, second) => first + second)],
                RowsAsSequence => ReadRows(x, shape),
                LastStep => x[^shape.Channels..],
                Lstm lstm =>
                    Recur(
                        x, shape, lstm.Units, 4, Weight("weight_ih_l0"), Weight("weight_hh_l0"), Vector("bias_ih_l0"),
                        Vector("bias_hh_l0")),
                Gru gru =>
                    Recur(
                        x, shape, gru.Units, 3, Weight("weight_ih_l0"), Weight("weight_hh_l0"), Vector("bias_ih_l0"), Vector("bias_hh_l0")),
                _ => throw new NotSupportedException(layer.GetType().Name),
            };
        }

        return outputs[network.Definition.Layers[^1].Name];
    }

    private static double[] Convolve(double[] x, TensorShape shape, TensorShape outputShape, Conv2d conv, float[] weight, float[] bias)
    {
        var y = new double[outputShape.Count];
        int at = 0;
        for (int o = 0; o < outputShape.Channels; o++)
        {
            for (int i = 0; i < outputShape.Height; i++)
            {
                for (int j = 0; j < outputShape.Width; j++)
                {
                    double sum = bias[o];
                    int channels = shape.Channels / conv.Groups, first = o / (conv.Filters / conv.Groups) * channels;
                    for (int c = 0; c < channels; c++)
                    {
                        for (int u = 0; u < conv.KernelHeight; u++)
                        {
                            for (int v = 0; v < conv.KernelWidth; v++)
                            {
                                int row = (i * conv.Stride) + (u * conv.Dilation) - conv.Padding.Top;
                                int column = (j * conv.Stride) + (v * conv.Dilation) - conv.Padding.Left;
                                if (row >= 0 && row < shape.Height && column >= 0 && column < shape.Width)
                                {
                                    sum += weight[(((((o * channels) + c) * conv.KernelHeight) + u) * conv.KernelWidth) + v]
                                        * x[((((first + c) * shape.Height) + row) * shape.Width) + column];
                                }
                            }
                        }
                    }

                    y[at++] = sum;
                }
            }
        }

        return y;
    }

    private static double[] Multiply(double[] x, int steps, int inputs, int units, float[] weight, float[] bias)
    {
        var y = new double[steps * units];
        for (int step = 0; step < steps; step++)
        {
            for (int unit = 0; unit < units; unit++)
            {
                y[(step * units) + unit] = bias[unit] + Enumerable.Range(0, inputs).Sum(
                    i => weight[(unit * inputs) + i] * x[(step * inputs) + i]);
            }
        }

        return y;
    }

    private static double[] Normalise(
        double[] x, TensorShape shape, BatchNorm norm, float[] gamma, float[] beta, float[] mean, float[] variance)
    {
        int pixels = shape.Height * shape.Width;
        return [.. x.Select((value, i) => (gamma[i / pixels] * (value - mean[i / pixels]) / Math.Sqrt(variance[i / pixels] + norm.Epsilon))
            + beta[i / pixels])];
    }

    private static double[] NormalizeGroups(double[] x, int groups, int positions, double epsilon, float[] gamma, float[] beta)
    {
        IEnumerable<double> normalized = x.Chunk(x.Length / groups).SelectMany(group =>
        {
            double mean = group.Average(), variance = group.Average(value => (value - mean) * (value - mean));
            return Array.ConvertAll(group, value => (value - mean) / Math.Sqrt(variance + epsilon));
        });
        return [.. normalized.Select((value, i) => (value * gamma[i / positions % gamma.Length]) + beta[i / positions % gamma.Length])];
    }

    private static double[] Pool(
        double[] x, TensorShape shape, TensorShape outputShape, int size, int stride, int padding, Func<IEnumerable<double>, double> pool)
    {
        var y = new double[outputShape.Count];
        for (int at = 0; at < y.Length; at++)
        {
            int j =
                at % outputShape.Width, i = at / outputShape.Width % outputShape.Height, c = at / outputShape.Width / outputShape.Height;
            IEnumerable<double> window =
                from row in Enumerable.Range((i * stride) - padding, size)
                from column in Enumerable.Range((j * stride) - padding, size)
                where row >= 0 && row < shape.Height && column >= 0 && column < shape.Width
                select x[(((c * shape.Height) + row) * shape.Width) + column];
            y[at] = pool(window);
        }

        return y;
    }

    private static double[] ReadRows(double[] x, TensorShape shape) =>
    [
        .. from row in Enumerable.Range(0, shape.Height)
           from channel in Enumerable.Range(0, shape.Channels)
           from column in Enumerable.Range(0, shape.Width)
           select x[(((channel * shape.Height) + row) * shape.Width) + column],
    ];

    private static double[] Recur(
        double[] x, TensorShape shape, int units, int gates, float[] fromInput, float[] fromState, float[] inputBias, float[] stateBias)
    {
        var y = new double[shape.Height * units];
        double[] h = new double[units], c = new double[units];
        for (int step = 0; step < shape.Height; step++)
        {
            double[] a = Multiply(
                x[(step * shape.Channels)..((step + 1) * shape.Channels)], 1, shape.Channels, gates * units, fromInput, inputBias);
            double[] b = Multiply(h, 1, units, gates * units, fromState, stateBias);
            var next = new double[units];
            for (int i = 0; i < units; i++)
            {
                double Sum(int gate) => a[(gate * units) + i] + b[(gate * units) + i];
                if (gates == 4)
                {
                    c[i] = (Sigmoid(Sum(1)) * c[i]) + (Sigmoid(Sum(0)) * Math.Tanh(Sum(2)));
                    next[i] = Sigmoid(Sum(3)) * Math.Tanh(c[i]);
                }
                else
                {
                    double fresh = Math.Tanh(a[(2 * units) + i] + (Sigmoid(Sum(0)) * b[(2 * units) + i])), update = Sigmoid(Sum(1));
                    next[i] = ((1 - update) * fresh) + (update * h[i]);
                }
            }

            h = next;
            h.CopyTo(y, step * units);
        }

        return y;
    }

    private static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
}
