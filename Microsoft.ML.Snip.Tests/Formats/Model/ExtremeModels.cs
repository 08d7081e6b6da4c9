using System.Buffers.Binary;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Tests.Formats.Model;

/// <summary>
/// Files of networks of extreme sizes: well formed, of whatever cost, and small because all their weights are alike. Sizes are drawn so
/// that each power of two is as frequent as any other, most of them small enough that the next layer still fits.
/// </summary>
internal static class ExtremeModels
{
    /// <summary>No more kept weights than this are written, to keep the making of files cheap; files of any size may claim more.</summary>
    private const int MaxKept = 1 << 20;

    public static byte[] Draw(Random random)
    {
        ImageShape shape = DrawShape(random);
        Layer[] layers = [.. DrawLayers(random)];
        NetworkDefinition? network = null;
        try
        {
            network = new NetworkDefinition("extreme", shape, layers);
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            // The reader has to find it too.
        }

        int classes = ((Linear)layers[^1]).Units;
        var document = new ModelDocument(
            new NetworkDocument("extreme", shape, layers),
            PixelNormalization.Unchanged(Math.Min(shape.Channels, 100)),
            new ClassLabels(ClassValueKind.Int32, [.. Enumerable.Range(0, Math.Clamp(classes, 0, 1000)).Select(number => $"{number}")]),
            new PruningReport("extreme", []),
            new TrainingHistory([]));
        return new FileParts(document.ToJson(), network is null ? [] : [.. DrawNumbers(network, random)]).Join();
    }

    private static ImageShape DrawShape(Random random) => random.Next(4) switch
    {
        0 => new ImageShape(1, 1, DrawSize(random, 31)),
        1 => new ImageShape(1, DrawSize(random, 26), DrawSize(random, 3)),
        2 => new ImageShape(DrawSize(random, 31), DrawSize(random, 4), 1),
        _ => new ImageShape(random.Next(1, 4), DrawSize(random, 13), DrawSize(random, 13)),
    };

    /// <summary>At least 1, below two to the power given.</summary>
    private static int DrawSize(Random random, int bits) => (int)Math.Min(int.MaxValue, Math.Pow(2, random.NextDouble() * bits));

    private static IEnumerable<Layer> DrawLayers(Random random)
    {
        int number = 0;
        string last = NetworkDefinition.InputName;
        string Next() => $"l{++number}";
        if (random.Next(3) == 0)
        {
            yield return new RowsAsSequence(Next(), last);
            for (int layers = random.Next(1, 3); layers > 0; layers--)
            {
                last = $"l{number}";
                int units = DrawSize(random, random.Next(2) == 0 ? 8 : 31);
                yield return random.Next(3) switch
                {
                    0 => new Lstm(Next(), last, units),
                    1 => new Gru(Next(), last, units),
                    _ => new Linear(Next(), last, units),
                };
            }

            yield return new LastStep(Next(), $"l{number - 1}");
        }
        else
        {
            for (int layers = DrawSize(random, random.Next(20) == 0 ? 12 : 3); layers > 0; layers--)
            {
                yield return DrawMapLayer(Next(), last, random);
                last = $"l{number}";
            }

            yield return random.Next(2) == 0 ? new GlobalAveragePool(Next(), last) : new Flatten(Next(), last);
        }

        last = $"l{number}";
        if (random.Next(3) == 0)
        {
            yield return new Linear(Next(), last, DrawSize(random, 31));
            last = $"l{number}";
        }

        yield return new Linear(Next(), last, random.Next(20) == 0 ? DrawSize(random, 31) : 2);
    }

    private static Layer DrawMapLayer(string name, string input, Random random)
    {
        int size = DrawSize(random, random.Next(3) == 0 ? 17 : 4), stride = DrawSize(random, random.Next(3) == 0 ? 17 : 3);
        int other = random.Next(2) == 0 ? size : DrawSize(random, random.Next(3) == 0 ? 17 : 4);
        return random.Next(8) switch
        {
            0 => new MaxPool(name, input, size, stride, random.Next(2) == 0 ? 0 : size / 2),
            1 => new AvgPool(name, input, size, stride),
            2 => new BatchNorm(name, input),
            3 => new ReLU(name, input),
            4 => new Dropout(name, input, 0.5),
            5 => new Add(name, input, input),
            6 =>
                new Conv2d(
                    name, input, DrawSize(random, random.Next(3) == 0 ? 31 : 6), size, other, stride, DrawPadding(size, other, random)),
            _ => new Conv2d(name, input, DrawSize(random, 4), size, other, stride, Padding.Same(size / 2), Bias: false),
        };
    }

    private static Padding DrawPadding(int height, int width, Random random) => random.Next(3) switch
    {
        0 => default,
        1 => new Padding(height, DrawSize(random, 17), width, DrawSize(random, 17)),
        _ => Padding.Same(DrawSize(random, 17) - 1),
    };

    /// <summary>Kept weights one behind the other from the first; all of them, few or none.</summary>
    private static IEnumerable<byte[]> DrawNumbers(NetworkDefinition network, Random random)
    {
        long left = MaxKept;
        var kept = new Dictionary<string, long>();
        foreach (NetworkParameter weight in network.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight))
        {
            long max = Math.Min(left, weight.Count);
            long count = random.Next(4) switch { 0 => 0, 1 => Math.Min(max, DrawSize(random, 12)), _ => max };
            kept.Add(weight.Name, count);
            left -= count;
            var bytes = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)count);
            yield return bytes;
        }

        byte gap = (byte)(random.Next(3) == 0 ? random.Next(255) : 0);
        foreach (long count in kept.Values)
        {
            yield return [.. Enumerable.Repeat(gap, (int)count)];
        }

        byte exponent = (byte)random.Next(256);
        for (int plane = 0; plane < 4; plane++)
        {
            foreach (NetworkParameter parameter in network.Parameters)
            {
                long length = kept.GetValueOrDefault(
                    parameter.Name, parameter.Role == ParameterRole.Weight ? 0 : Math.Min(parameter.Count, MaxKept));
                yield return [.. Enumerable.Repeat(plane == 0 ? exponent : (byte)0, (int)length)];
            }
        }
    }
}
