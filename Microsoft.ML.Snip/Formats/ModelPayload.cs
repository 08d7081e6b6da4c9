using Microsoft.ML.Snip.Data;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Formats;

/// <summary>What follows a model file's header: metadata, how many weights each matrix keeps, then the parameters in the definition's order.</summary>
internal static class ModelPayload
{
    /// <summary>Says before a fit trains a network whether its model could be saved.</summary>
    /// <param name="network">The network.</param>
    /// <param name="normalization">How pixels are normalised.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="report">What pruning keeps.</param>
    /// <param name="epochs">How many epochs there will be to tell of.</param>
    /// <exception cref="ArgumentException">It could not; the message says which limit stands in the way.</exception>
    public static void Foresee(NetworkDefinition network, PixelNormalization normalization, ClassLabels classes, PruningReport report, int epochs)
    {
        ModelLimits.Check(network, report);
        const double LongNumber = 1.2345678901234567E-05; // As long as any that training gives.
        var epoch = new EpochSummary(epochs, LongNumber, LongNumber, LongNumber, LongNumber, LongNumber);
        var history = new TrainingHistory([.. Enumerable.Repeat(epoch, epochs)]);
        long length = new ModelDocument(NetworkDocument.From(network), normalization, classes, report, history).ToJson().Length;
        if (length > ModelLimits.MostMetadata)
        {
            throw new ArgumentException(
                $"The model of '{network.Name}' could not be saved: {TooMuchMetadata(length)} They tell of {epochs} epochs, {classes.Count} classes, {network.Layers.Length} layers "
                + $"and what is kept of a picture of {network.InputShape}; train fewer epochs or give the classes shorter names.");
        }
    }

    /// <exception cref="ArgumentException">The model is one that <see cref="Read"/> would not accept.</exception>
    public static ReadOnlySpan<byte> Write(SnipModel model)
    {
        SparseNetwork network = model.Network;
        ModelDocument document = ModelDocument.From(model);
        Accept(document.FindMistake(network.Definition));
        byte[] metadata = document.ToJson();
        Accept(metadata.Length <= ModelLimits.MostMetadata ? null : TooMuchMetadata(metadata.Length));
        long KeptOf(Parameter parameter) => network.Weights[parameter.Name].KeptCount;
        Accept(ModelLimits.FindExcess(network.Definition, KeptOf, ModelLimits.MostPayload));

        var payload = new PayloadWriter();
        payload.WriteUInt32((uint)metadata.Length);
        payload.WriteBlock(PayloadWriter.Compress(metadata));
        foreach (Parameter parameter in WeightsOf(network.Definition))
        {
            payload.WriteUInt32((uint)network.Weights[parameter.Name].KeptCount);
        }

        foreach (Parameter parameter in network.Definition.Parameters)
        {
            if (parameter.Role == ParameterRole.Weight)
            {
                SparseMatrix matrix = network.Weights[parameter.Name];
                KeptPositions.Write(payload, matrix);
                FloatPlanes.Write(payload, matrix.Value);
            }
            else
            {
                FloatPlanes.Write(payload, network.Vectors[parameter.Name]);
            }
        }

        Accept(ModelLimits.FindExcess(network.Definition, KeptOf, payload.Written.Length));
        return payload.Written;
    }

    /// <exception cref="FormatException">The bytes are no model.</exception>
    public static SnipModel Read(ReadOnlyMemory<byte> bytes)
    {
        var payload = new PayloadReader(bytes);
        ModelDocument document = ModelDocument.FromJson(ReadMetadata(payload));
        NetworkDefinition definition = document.ToDefinition();
        Require(document.FindMistake(definition));
        Dictionary<string, int> keptCounts = ReadKeptCounts(payload, definition);
        Require(ModelLimits.FindExcess(definition, parameter => keptCounts[parameter.Name], bytes.Length));

        var weights = new Dictionary<string, SparseMatrix>(StringComparer.Ordinal);
        var vectors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (Parameter parameter in definition.Parameters)
        {
            if (parameter.Role == ParameterRole.Weight)
            {
                weights.Add(parameter.Name, ReadMatrix(payload, parameter, keptCounts[parameter.Name]));
            }
            else
            {
                vectors.Add(parameter.Name, FloatPlanes.Read(payload, (int)parameter.Count, $"values of '{parameter.Name}'"));
            }
        }

        payload.RequireEnd();
        return new SnipModel(
            new SparseNetwork(definition, weights, vectors), document.Normalization, document.Classes, document.Report, document.History)
        {
            Background = Background.TryParse(document.Background)!.Value,
        };
    }

    private static byte[] ReadMetadata(PayloadReader payload)
    {
        uint length = payload.ReadUInt32("the length of the metadata");
        Require(length <= ModelLimits.MostMetadata ? null : TooMuchMetadata(length));
        using var block = new BlockDecoder(payload.ReadBlock("metadata"), "metadata");
        var metadata = new byte[length];
        block.Read(metadata);
        block.RequireEnd();
        return metadata;
    }

    private static Dictionary<string, int> ReadKeptCounts(PayloadReader payload, NetworkDefinition definition)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Parameter parameter in WeightsOf(definition))
        {
            uint count = payload.ReadUInt32("the kept weights of each layer");
            Require(count <= parameter.Count ? null : $"Of '{parameter.Name}' {count} weights are said to be kept, but it has {parameter.Count}.");
            counts.Add(parameter.Name, (int)count);
        }

        return counts;
    }

    private static SparseMatrix ReadMatrix(PayloadReader payload, Parameter parameter, int keptCount)
    {
        int rows = parameter.Shape[0], columns = (int)parameter.FanIn;
        (int[] rowStart, int[] column) = KeptPositions.Read(payload, rows, columns, keptCount, $"positions of '{parameter.Name}'");
        float[] values = FloatPlanes.Read(payload, keptCount, $"values of '{parameter.Name}'");
        return new SparseMatrix(rows, columns, rowStart, column, values);
    }

    private static IEnumerable<Parameter> WeightsOf(NetworkDefinition definition) =>
        definition.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight);

    private static string TooMuchMetadata(long length) => $"The metadata take {length} bytes; {ModelLimits.MostMetadata} is the most.";

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
