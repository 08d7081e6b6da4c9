using Microsoft.ML.Snip.Formats.Files;
using Microsoft.ML.Snip.Images;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>
/// The content of a model file: metadata, the number of kept weights of each matrix, their positions, then the values of all parameters in
/// the definition's order.
/// </summary>
internal static class ModelPayload
{
    /// <summary>Checks before training whether the model of a network can be saved.</summary>
    /// <param name="network">The network.</param>
    /// <param name="normalization">The normalisation of the pixels.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="report">The pruning report.</param>
    /// <param name="epochs">The number of epochs that the history will have.</param>
    /// <exception cref="ArgumentException">The model cannot be saved; the message names the exceeded limit.</exception>
    public static void Foresee(
        NetworkDefinition network, PixelNormalization normalization, ClassLabels classes, PruningReport report, int epochs)
    {
        ModelLimits.Check(network, report);
        const double LongNumber = 1.2345678901234567E-05; // As long as the longest number in a history.
        var epoch = new EpochSummary(epochs, LongNumber, LongNumber, LongNumber, LongNumber, LongNumber);
        var evaluation = new ClassEvaluation(int.MaxValue, int.MaxValue, int.MaxValue);
        var history = new TrainingHistory([.. Enumerable.Repeat(epoch, epochs)])
        {
            ValidationClasses = [.. Enumerable.Repeat(evaluation, classes.Count)],
        };
        long length = new ModelDocument(NetworkDocument.From(network), normalization, classes, report, history).ToJson().Length;
        if (length > ModelLimits.MaxMetadata)
        {
            throw new ArgumentException(
                $"The model of '{network.Name}' cannot be saved: {TooMuchMetadata(length)} They describe {epochs} epochs, {classes.Count} "
                + $"classes, {network.Layers.Length} layers and the kept connections for each pixel of {network.InputShape}; train for "
                + "fewer epochs or give the classes shorter names.");
        }
    }

    /// <summary>Writes the compressed content.</summary>
    /// <exception cref="ArgumentException"><see cref="Read"/> would reject the model.</exception>
    public static ReadOnlySpan<byte> Write(SnipModel model)
    {
        SparseNetwork network = model.Network;
        ModelDocument document = ModelDocument.From(model);
        Accept(document.FindMistake(network.Definition));
        byte[] metadata = document.ToJson();
        Accept(metadata.Length <= ModelLimits.MaxMetadata ? null : TooMuchMetadata(metadata.Length));
        long KeptOf(NetworkParameter parameter) => network.Weights[parameter.Name].KeptCount;
        Accept(ModelLimits.FindExcess(network.Definition, KeptOf, ModelLimits.MaxPayload));
        Accept(ModelNumbers.FindMistake(network));

        var content = new ContentWriter();
        content.WriteUInt32((uint)metadata.Length);
        content.WritePart(metadata);
        SparseMatrix[] matrices = [.. WeightsOf(network.Definition).Select(parameter => network.Weights[parameter.Name])];
        foreach (SparseMatrix matrix in matrices)
        {
            content.WriteUInt32((uint)matrix.KeptCount);
        }

        foreach (SparseMatrix matrix in matrices)
        {
            KeptPositions.Write(content, matrix);
        }

        ByteStreamSplit.Write(content, [.. ModelNumbers.Of(network)]);
        ReadOnlySpan<byte> payload = content.Finish();
        Accept(payload.Length <= ModelLimits.MaxPayload
            ? null
            : $"It needs {payload.Length} bytes; the maximum is {ModelLimits.MaxPayload}.");
        Accept(ModelLimits.FindExcess(network.Definition, KeptOf, payload.Length));
        return payload;
    }

    /// <exception cref="FormatException">The bytes are not a model.</exception>
    public static SnipModel Read(byte[] payload)
    {
        using var content = new ContentReader(payload);
        ModelDocument document = ModelDocument.FromJson(ReadMetadata(content));
        NetworkDefinition definition = document.ToDefinition();
        Require(document.FindMistake(definition));
        Dictionary<string, int> keptCounts = ReadKeptCounts(content, definition);
        Require(ModelLimits.FindExcess(definition, parameter => keptCounts[parameter.Name], payload.Length));

        var weights = new Dictionary<string, SparseMatrix>(StringComparer.Ordinal);
        foreach (NetworkParameter parameter in WeightsOf(definition))
        {
            int rows = parameter.Shape[0], columns = (int)parameter.FanIn, count = keptCounts[parameter.Name];
            (int[] rowStart, int[] column) = KeptPositions.Read(content, rows, columns, count, $"positions of '{parameter.Name}'");
            weights.Add(parameter.Name, new SparseMatrix(rows, columns, rowStart, column, new float[count]));
        }

        Dictionary<string, float[]> vectors = definition.Parameters.Where(parameter => parameter.Role != ParameterRole.Weight)
            .ToDictionary(parameter => parameter.Name, parameter => new float[parameter.Count], StringComparer.Ordinal);
        var network = new SparseNetwork(definition, weights, vectors);
        ByteStreamSplit.Read(content, [.. ModelNumbers.Of(network)]);
        content.RequireEnd();
        Require(ModelNumbers.FindMistake(network));
        return new SnipModel(network, document.Normalization, document.Classes, document.Report, document.History)
        {
            Background = Background.TryParse(document.Background)!.Value,
        };
    }

    private static byte[] ReadMetadata(ContentReader content)
    {
        uint length = content.ReadUInt32("metadata");
        Require(length <= ModelLimits.MaxMetadata ? null : TooMuchMetadata(length));
        var metadata = new byte[length];
        content.Read(metadata, "metadata");
        return metadata;
    }

    private static Dictionary<string, int> ReadKeptCounts(ContentReader content, NetworkDefinition definition)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (NetworkParameter parameter in WeightsOf(definition))
        {
            uint count = content.ReadUInt32("numbers of kept weights");
            Require(count <= parameter.Count
                ? null
                : $"'{parameter.Name}' has {parameter.Count} weights, but {count} of them are marked as kept.");
            counts.Add(parameter.Name, (int)count);
        }

        return counts;
    }

    private static IEnumerable<NetworkParameter> WeightsOf(NetworkDefinition definition) =>
        definition.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight);

    private static string TooMuchMetadata(long length) => $"The metadata need {length} bytes; the maximum is {ModelLimits.MaxMetadata}.";

    private static void Accept(string? mistake)
    {
        if (mistake is not null)
        {
            throw new ArgumentException($"The model cannot be saved. {mistake}");
        }
    }

    private static void Require(string? mistake)
    {
        if (mistake is not null)
        {
            throw new FormatException(mistake);
        }
    }
}
