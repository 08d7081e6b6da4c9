using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Tests.Networks;

/// <summary>Draws small networks of every kind of layer, and masked parameters for them.</summary>
internal static class RandomNetwork
{
    public static NetworkDefinition DrawDefinition(Random random)
    {
        var shape = new ImageShape(random.Next(1, 4), random.Next(4, 10), random.Next(4, 10));
        NetworkBuilder builder = NetworkDefinition.Build("random", shape);
        switch (random.Next(4))
        {
            case 0:
                builder.Flatten();
                break;
            case 1:
                AppendSequence(builder, random);
                break;
            default:
                AppendMaps(builder, shape, random);
                break;
        }

        AppendVectors(builder, random);
        return builder.ToDefinition();
    }

    /// <summary>Weights kept with the given probability, some rows and columns cut whole; all vectors random, variances positive.</summary>
    public static SparseNetwork DrawParameters(NetworkDefinition definition, double density, Random random)
    {
        var weights = new Dictionary<string, SparseMatrix>();
        var vectors = new Dictionary<string, float[]>();
        foreach (NetworkParameter parameter in definition.Parameters)
        {
            if (parameter.Role == ParameterRole.Weight)
            {
                weights.Add(parameter.Name, DrawMatrix(parameter.Shape[0], (int)parameter.FanIn, density, random));
            }
            else
            {
                double zeros = random.NextDouble();
                vectors.Add(parameter.Name, [.. Enumerable.Range(0, (int)parameter.Count).Select(_ => parameter.Role switch
                {
                    ParameterRole.RunningVariance => 0.1f + random.NextSingle(),
                    _ when random.NextDouble() < zeros => 0,
                    _ => Normal(random),
                })]);
            }
        }

        return new SparseNetwork(definition, weights, vectors);
    }

    public static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));

    private static SparseMatrix DrawMatrix(int rows, int columns, double density, Random random)
    {
        bool[] deadRows = [.. Enumerable.Range(0, rows).Select(_ => random.Next(5) == 0)];
        bool[] deadColumns = [.. Enumerable.Range(0, columns).Select(_ => random.Next(8) == 0)];
        var values = new float[rows * columns];
        var kept = new bool[values.Length];
        for (int index = 0; index < values.Length; index++)
        {
            values[index] = random.Next(20) == 0 ? 0 : Normal(random) / MathF.Sqrt(MathF.Max(1, columns * (float)density));
            kept[index] = random.NextDouble() < density && (density == 1 || !(deadRows[index / columns] || deadColumns[index % columns]));
        }

        return SparseMatrix.FromDense(values, kept, rows, columns);
    }

    private static void AppendSequence(NetworkBuilder builder, Random random)
    {
        builder.RowsAsSequence();
        for (int layers = random.Next(1, 4); layers > 0; layers--)
        {
            switch (random.Next(5))
            {
                case 0:
                    builder.Linear(random.Next(1, 7), random.Next(2) == 0);
                    break;
                case 1:
                    builder.LayerNorm().ReLU();
                    break;
                case 2:
                    builder.Gru(random.Next(1, 7));
                    break;
                case 3:
                    string first = builder.Lstm(5).Current;
                    builder.Gru(5).Add(first);
                    break;
                default:
                    builder.Lstm(random.Next(1, 7));
                    break;
            }
        }

        builder.LastStep();
    }

    private static void AppendVectors(NetworkBuilder builder, Random random)
    {
        for (int layers = random.Next(0, 3); layers > 0; layers--)
        {
            builder.Linear(random.Next(1, 9), random.Next(2) == 0);
            AppendElementwise(builder, random);
            if (random.Next(4) == 0)
            {
                string trunk = builder.Linear(4).Current;
                AppendElementwise(builder, random);
                builder.Linear(4).Add(trunk);
            }
        }

        builder.Linear(random.Next(2, 5), random.Next(2) == 0);
        if (random.Next(6) == 0)
        {
            builder.BatchNorm();
        }
    }

    private static void AppendMaps(NetworkBuilder builder, ImageShape shape, Random random)
    {
        int height = shape.Height, width = shape.Width;
        for (int layers = random.Next(1, 5); layers > 0; layers--)
        {
            switch (random.Next(7))
            {
                case 5:
                    int groups = random.Next(1, 4);
                    builder.Conv2d(2 * groups, 1).Conv2d(groups, 3, padding: 2, groups: groups, dilation: 2);
                    break;
                case 6:
                    string map = builder.Current;
                    string gated = builder.Conv2d(3, 1).Current;
                    string gate = builder.GlobalAveragePool().Linear(3).Sigmoid().Current;
                    builder.From(gated).Multiply(gate).Concat(map);
                    break;
                case 0:
                    AppendPool(builder, ref height, ref width, random);
                    break;
                case 1:
                    AppendBlock(builder, random);
                    break;
                default:
                    AppendConvolution(builder, ref height, ref width, random);
                    break;
            }

            if (random.Next(6) == 0)
            {
                builder.GroupNorm(1);
            }

            AppendElementwise(builder, random);
        }

        if (random.Next(2) == 0)
        {
            builder.Flatten();
        }
        else
        {
            builder.GlobalAveragePool();
        }
    }

    private static void AppendElementwise(NetworkBuilder builder, Random random)
    {
        if (random.Next(2) == 0)
        {
            builder.BatchNorm();
        }

        if (random.Next(2) == 0)
        {
            builder.ReLU();
        }

        if (random.Next(4) == 0)
        {
            builder.Dropout(0.5);
        }

        switch (random.Next(8))
        {
            case 0:
                builder.Hardswish();
                break;
            case 1:
                builder.Sigmoid();
                break;
            case 2:
                string trunk = builder.Current;
                builder.LeakyReLU(-0.5).Multiply(trunk);
                break;
            case 3:
                string first = builder.Current;
                builder.GELU().Concat(first);
                break;
        }
    }

    private static void AppendConvolution(NetworkBuilder builder, ref int height, ref int width, Random random)
    {
        int kernel = random.Next(1, 4), stride = random.Next(1, 3);
        var padding = new Padding(random.Next(0, 3), random.Next(0, 3), random.Next(0, 3), random.Next(0, 3));
        if (random.Next(2) == 0)
        {
            padding = Padding.Same(random.Next(0, 2));
        }

        int paddedHeight = height + padding.Top + padding.Bottom, paddedWidth = width + padding.Left + padding.Right;
        if (paddedHeight >= kernel && paddedWidth >= kernel)
        {
            builder.Conv2d(random.Next(1, 6), kernel, stride, padding, random.Next(2) == 0);
            height = ((paddedHeight - kernel) / stride) + 1;
            width = ((paddedWidth - kernel) / stride) + 1;
        }
    }

    private static void AppendPool(NetworkBuilder builder, ref int height, ref int width, Random random)
    {
        int size = random.Next(1, 4), stride = random.Next(1, 4), padding = random.Next(0, (size / 2) + 1);
        if (Math.Min(height, width) < size)
        {
            return;
        }

        if (random.Next(2) == 0)
        {
            builder.AvgPool(size, stride);
            padding = 0;
        }
        else
        {
            builder.MaxPool(size, stride, padding);
        }

        height = ((height + (2 * padding) - size) / stride) + 1;
        width = ((width + (2 * padding) - size) / stride) + 1;
    }

    /// <summary>
    /// A residual block of 3x3 convolutions that keep the size: its normalisations before (as in wide residual networks) or after them.
    /// </summary>
    private static void AppendBlock(NetworkBuilder builder, Random random)
    {
        string start = builder.Current;
        int filters = random.Next(1, 5);
        string shortcut = builder.Conv2d(filters, 1, bias: random.Next(2) == 0).Current;
        builder.From(random.Next(2) == 0 ? start : shortcut);
        AppendElementwise(builder, random);
        builder.Conv2d(random.Next(1, 5), 3, padding: 1, bias: random.Next(2) == 0);
        AppendElementwise(builder, random);
        builder.Conv2d(filters, 3, padding: 1, bias: random.Next(2) == 0).Add(shortcut);
    }
}
