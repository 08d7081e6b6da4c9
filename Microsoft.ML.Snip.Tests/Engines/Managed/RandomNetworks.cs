using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Tests.Engines.Managed;

/// <summary>Networks, weights, masks and images from a seeded generator.</summary>
internal static class RandomNetworks
{
    /// <summary>A network of some random layers of every kind, on images of a random, mostly odd size.</summary>
    public static NetworkDefinition Definition(Random random)
    {
        var builder = NetworkDefinition.Build("random", new ImageShape(random.Next(1, 4), random.Next(5, 18), random.Next(5, 22)));
        if (random.Next(5) == 0)
        {
            return Recurrent(builder, random);
        }

        if (random.Next(4) > 0)
        {
            Maps(builder, random);
        }

        builder = random.Next(3) == 0 ? builder.GlobalAveragePool() : builder.Flatten();
        if (random.Next(2) == 0)
        {
            builder.Linear(random.Next(1, 40), bias: random.Next(3) > 0);
            builder = random.Next(4) switch
            {
                3 => builder.LayerNorm(),
                0 => builder.BatchNorm(),
                1 => builder.ReLU(),
                _ => builder.Dropout(0.3).ReLU(),
            };
        }

        return builder.Linear(random.Next(2, 20)).ToDefinition();
    }

    /// <summary>Random values for every parameter; of the weights of each tensor, a random share is kept, from none to all.</summary>
    public static SparseNetwork Network(NetworkDefinition definition, Random random, double? density = null)
    {
        var weights = new Dictionary<string, SparseMatrix>();
        var vectors = new Dictionary<string, float[]>();
        foreach (NetworkParameter parameter in definition.Parameters)
        {
            float[] values = Numbers((int)parameter.Count, random);
            if (parameter.Role == ParameterRole.Weight)
            {
                double share = density ?? (random.Next(4) switch { 0 => 1, 1 => 0.02, _ => random.NextDouble() });
                bool[] kept = Array.ConvertAll(values, _ => random.NextDouble() < share);
                float scale = (float)(1 / Math.Sqrt(Math.Max(1, share * parameter.FanIn)));
                weights[parameter.Name] = SparseMatrix.FromDense(
                    Array.ConvertAll(values, value => value * scale), kept, parameter.Shape[0], (int)parameter.FanIn);
            }
            else
            {
                vectors[parameter.Name] = parameter.Role == ParameterRole.RunningVariance
                    ? Array.ConvertAll(values, value => 0.5f + Math.Abs(value))
                    : values;
            }
        }

        return new SparseNetwork(definition, weights, vectors);
    }

    /// <summary>Numbers between -2 and 2.</summary>
    public static float[] Numbers(int count, Random random)
    {
        var numbers = new float[count];
        for (int i = 0; i < count; i++)
        {
            numbers[i] = (4 * random.NextSingle()) - 2;
        }

        return numbers;
    }

    private static NetworkDefinition Recurrent(NetworkBuilder builder, Random random)
    {
        builder.RowsAsSequence();
        if (random.Next(2) == 0)
        {
            builder.Linear(random.Next(1, 20)).ReLU();
        }

        int units = random.Next(1, 24);
        builder = random.Next(2) == 0 ? builder.Lstm(units) : builder.Gru(units);
        if (random.Next(3) == 0)
        {
            builder.LayerNorm();
        }

        return builder.LastStep().Linear(random.Next(2, 12)).ToDefinition();
    }

    private static void Maps(NetworkBuilder builder, Random random)
    {
        for (int layers = random.Next(1, 5); layers > 0; layers--)
        {
            int filters = random.Next(1, 20);
            switch (random.Next(10))
            {
                case 0:
                    var padding = new Padding(random.Next(1, 4), random.Next(1, 4), random.Next(1, 4), random.Next(1, 4));
                    builder.Conv2d(filters, random.Next(1, 4), random.Next(1, 4), padding, bias: random.Next(2) == 0);
                    break;
                case 1:
                    builder.Conv2d(filters, 1 + (2 * random.Next(3)), padding: 2).BatchNorm();
                    break;
                case 2:
                    builder.Conv2d(filters, 3, padding: 1);
                    string shortcut = builder.Current;
                    builder.Conv2d(filters, 3, padding: 1).ReLU().Conv2d(filters, 3, padding: 1);
                    builder.Add(shortcut);
                    break;
                case 3:
                    int size = random.Next(2, 4);
                    builder.Conv2d(filters, 3, padding: 1)
                        .MaxPool(size, random.Next(1, 4), padding: random.Next(0, (size / 2) + 1), ceilMode: random.Next(2) == 0);
                    break;
                case 4:
                    int groups = random.Next(1, 5);
                    builder.Conv2d(3 * groups, 3, padding: 1).Conv2d(
                        2 * groups, random.Next(1, 4), random.Next(1, 3), padding: 3, groups: groups, dilation: random.Next(1, 4));
                    break;
                case 5:
                    string map = builder.Conv2d(filters, 3, padding: 1).Current;
                    string gate = builder.GlobalAveragePool().Linear(filters).Sigmoid().Current;
                    builder.From(map).Multiply(gate);
                    break;
                case 6:
                    string first = builder.Conv2d(filters, 3, padding: 1).Current;
                    builder.Conv2d(random.Next(1, 9), 3, padding: 1);
                    builder.Concat(first, first);
                    break;
                case 8:
                    int channelGroups = random.Next(1, 5);
                    builder.Conv2d(channelGroups * random.Next(1, 5), 3, padding: 1).GroupNorm(channelGroups);
                    break;
                case 7:
                    string factor = builder.Conv2d(filters, 1).Tanh().Current;
                    builder.Conv2d(filters, 3, padding: 1).Multiply(factor);
                    break;
                default:
                    builder.Conv2d(filters, 3, padding: 2).AvgPool(random.Next(1, 3), random.Next(1, 3));
                    break;
            }

            AppendFunction(builder, random);
        }
    }

    private static void AppendFunction(NetworkBuilder builder, Random random)
    {
        switch (random.Next(16))
        {
            case 0:
                builder.LeakyReLU(0.3);
                break;
            case 1:
                builder.ReLU6();
                break;
            case 2:
                builder.SiLU();
                break;
            case 3:
                builder.Hardswish();
                break;
            case 4:
                builder.GELU();
                break;
            case < 10:
                builder.ReLU();
                break;
        }
    }
}
