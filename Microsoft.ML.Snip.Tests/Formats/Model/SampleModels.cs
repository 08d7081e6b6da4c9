using System.Collections.Immutable;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Images;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Tests.Networks;

namespace Microsoft.ML.Snip.Tests.Formats.Model;

/// <summary>Models to write and read.</summary>
internal static class SampleModels
{
    private static readonly float[] SpecialValues =
    [
        0f, -0f, float.Epsilon, -float.Epsilon, float.MinValue, float.MaxValue, 1f, -1f, 1 + 1.1920929E-07f,
    ];

    /// <summary>A random small network with random metadata; some of its numbers are special ones.</summary>
    public static SnipModel Draw(Random random)
    {
        NetworkDefinition definition = RandomNetwork.DrawDefinition(random);
        double density = random.Next(4) switch { 0 => 1, 1 => 0, 2 => 0.02, _ => random.NextDouble() };
        SparseNetwork network = RandomNetwork.DrawParameters(definition, density, random);
        foreach (float[] values in network.Weights.Values.Select(matrix => matrix.Value)
                     .Concat(network.Vectors.Where(pair => !pair.Key.EndsWith("running_var", StringComparison.Ordinal))
                         .Select(pair => pair.Value)))
        {
            for (int index = random.Next(100); index < values.Length; index += random.Next(1, 100))
            {
                values[index] = SpecialValues[random.Next(SpecialValues.Length)];
            }
        }

        return Describe(network, random);
    }

    /// <summary>A model around the network, with random metadata.</summary>
    public static SnipModel Describe(SparseNetwork network, Random random)
    {
        NetworkDefinition definition = network.Definition;
        int channels = definition.InputShape.Channels;
        var kind = (ClassValueKind)random.Next(Enum.GetValues<ClassValueKind>().Length);
        return new SnipModel(
            network,
            new PixelNormalization(
                [.. Enumerable.Range(0, channels).Select(_ => RandomNetwork.Normal(random))], [.. Enumerable.Repeat(1 / 255f, channels)]),
            new ClassLabels(kind, [.. Enumerable.Range(0, definition.ClassCount).Select(number => random.Next(3) switch
            {
                0 => new string(' ', number),
                1 => $"\"Klasse\" <{number}>\t\u00e4\u6f22\ud83d\ude00",
                _ => $"{number}",
            })]),
            new PruningReport(definition.Name, [.. definition.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight)
                .Select(parameter => new LayerReport(parameter.Name, parameter.Count, network.Weights[parameter.Name].KeptCount,
                    parameter.OutputPositions))])
            {
                RetainedPerPixel = random.Next(2) == 0 ? null : DrawRetained(definition, random),
            },
            new TrainingHistory(DrawEpochs(random)))
        {
            Background = new Background((byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)),
        };
    }

    public static byte[] Write(SnipModel model)
    {
        using var stream = new MemoryStream();
        ModelFile.Write(stream, model);
        return stream.ToArray();
    }

    public static SnipModel Read(byte[] file)
    {
        using var stream = new MemoryStream(file, writable: false);
        return ModelFile.Read(stream);
    }

    private static RetainedConnections DrawRetained(NetworkDefinition definition, Random random) => new(
        definition.Layers[0].Name, definition.InputShape,
        [.. Enumerable.Range(0, definition.InputShape.Count).Select(_ => random.Next(20))]);

    private static ImmutableArray<EpochSummary> DrawEpochs(Random random) =>
        [.. Enumerable.Range(1, random.Next(4)).Select(epoch => new EpochSummary(
        epoch, 0.1 / epoch, random.Next(5) == 0 ? double.NaN : random.NextDouble(), random.NextDouble(),
        random.Next(2) == 0 ? null : double.PositiveInfinity, random.Next(2) == 0 ? null : random.NextDouble()))];
}
