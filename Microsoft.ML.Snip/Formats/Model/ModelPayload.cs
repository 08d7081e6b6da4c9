using Microsoft.ML.Snip.Formats.Files;
using Microsoft.ML.Snip.Images;
using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>
/// The content of a model file: metadata, how many weights each matrix keeps, which ones, then the numbers of all parameters in the
/// definition's order.
/// </summary>
internal static class ModelPayload
{
    /// <summary>Says before a fit trains a network whether its model could be saved.</summary>
    /// <param name="network">The network.</param>
    /// <param name="normalization">How pixels are normalised.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="report">What pruning keeps.</param>
    /// <param name="epochs">How many epochs there will be to tell of.</param>
    /// <exception cref="ArgumentException">It could not; the message says which limit stands in the way.</exception>
    public static void Foresee(
        NetworkDefinition network, PixelNormalization normalization, ClassLabels classes, PruningReport report, int epochs)
    {
        ModelLimits.Check(network, report);
        const double LongNumber = 1.2345678901234567E-05; // As long as any that training gives.
        var epoch = new EpochSummary(epochs, LongNumber, LongNumber, LongNumber, LongNumber, LongNumber);
        var history = new TrainingHistory([.. Enumerable.Repeat(epoch, epochs)]);
        long length = new ModelDocument(NetworkDocument.From(network), normalization, classes, report, history).ToJson().Length;
        if (length > ModelLimits.MaxMetadata)
        {
            throw new ArgumentException(
                $"The model of '{network.Name}' could not be saved: {TooMuchMetadata(length)} They tell of {epochs} epochs, {classes.Count} classes, {network.Layers.Length} layers "
                + $"and what is kept of an image of {network.InputShape}; train fewer epochs or give the classes shorter names.");
        }
    }

    /// <summary>The content, compressed.</summary>
    /// <exception cref="ArgumentException">The model is one that <see cref="Read"/> would not accept.</exception>
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
        Accept(payload.Length <= ModelLimits.MaxPayload ? null : $"It would take {payload.Length} bytes; {ModelLimits.MaxPayload} is the most.");
        Accept(ModelLimits.FindExcess(network.Definition, KeptOf, payload.Length));
        return payload;
    }

    /// <exception cref="FormatException">The bytes are no model.</exception>
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
            Require(count <= parameter.Count ? null : $"Of '{parameter.Name}' {count} weights are said to be kept, but it has {parameter.Count}.");
            counts.Add(parameter.Name, (int)count);
        }

        return counts;
    }

    private static IEnumerable<NetworkParameter> WeightsOf(NetworkDefinition definition) =>
        definition.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight);

    private static string TooMuchMetadata(long length) => $"The metadata take {length} bytes; {ModelLimits.MaxMetadata} is the most.";

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
