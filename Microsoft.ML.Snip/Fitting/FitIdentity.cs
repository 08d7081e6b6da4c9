using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.ML.Snip.Images.Examples;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>What a fit is of, as names and values: two fits with the same ones and the same seed give the same model.</summary>
internal static partial class FitIdentity
{
    /// <summary>Options that a fit which goes on may change: they do not change the model, or only when training ends.</summary>
    private static readonly string[] s_free =
    [
        nameof(Options.LabelColumnName), nameof(Options.ImageColumnName), nameof(Options.PredictedLabelColumnName),
        nameof(Options.ExampleWeightColumnName),
        nameof(Options.ScoreColumnName), nameof(Options.MaxTrainingTime), nameof(Options.Threads), nameof(Options.Seed),
        nameof(Options.CheckpointPath), nameof(Options.CheckpointInterval),
    ];

    /// <summary>The options, the network and the data.</summary>
    public static Dictionary<string, string> Of(Options options, int seed, NetworkDefinition network, FitData data)
    {
        JsonObject json = JsonSerializer.SerializeToNode(options, OptionsJson.Default.TrainerOptions)!.AsObject();
        var values = json.Where(entry => !s_free.Contains(entry.Key)).ToDictionary(
            entry => entry.Key, entry => entry.Value?.ToJsonString() ?? "null", StringComparer.Ordinal);
        values[nameof(Options.Network)] = $"'{network.Name}' ({HashOf(network.ToJson())})";
        values[nameof(Options.Criterion)] = options.Criterion is { } criterion ? $"{criterion.Name} ({criterion.GetType()})" : "null";
        values[nameof(Options.InitialWeights)] = options.InitialWeights is { } weights ? HashOf(weights) : "null";
        values[nameof(Options.Mask)] = options.Mask is { } mask ? HashOf(mask) : "null";
        values[nameof(Options.Seed)] = seed.ToString(CultureInfo.InvariantCulture);
        values["training data"] = Describe(data.Training);
        values["validation data"] = data.Validation is { } validation ? Describe(validation) : "null";
        return values;
    }

    /// <summary>The first difference between two fits, as a part of a sentence; null if there is none.</summary>
    /// <param name="stored">The fit of the checkpoint.</param>
    /// <param name="fit">This fit.</param>
    public static string? FindDifference(IReadOnlyDictionary<string, string> stored, IReadOnlyDictionary<string, string> fit)
    {
        foreach (string name in fit.Keys.Union(stored.Keys).Order(StringComparer.Ordinal))
        {
            string before = stored.GetValueOrDefault(name, "nothing"), now = fit.GetValueOrDefault(name, "nothing");
            if (before != now)
            {
                return $"{name} was {before} and is now {now}";
            }
        }

        return null;
    }

    private static string Describe(ExampleSet examples) =>
        $"{examples.Count} images of {examples.Dataset.Shape} in {examples.Dataset.Classes.Count} classes "
        + $"({HashOf(string.Join('\n', examples.Dataset.Classes.Names))}, {examples.Dataset.Fingerprint}, "
        + $"{HashOf(MemoryMarshal.AsBytes<int>(examples.Examples))})";

    private static string HashOf(NetworkWeights weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in weights.Names)
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes(weights[name]));
        }

        return Short(hash.GetHashAndReset());
    }

    private static string HashOf(PruningMask mask)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (PrunableParameter parameter in mask.Parameters)
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(parameter.Name));
            hash.AppendData(MemoryMarshal.AsBytes(mask.KeptOf(parameter.Name)));
        }

        return Short(hash.GetHashAndReset());
    }

    private static string HashOf(string text) => HashOf(System.Text.Encoding.UTF8.GetBytes(text));

    private static string HashOf(ReadOnlySpan<byte> bytes) => Short(SHA256.HashData(bytes));

    /// <summary>Enough of a hash to tell fits apart.</summary>
    private static string Short(byte[] hash) => Convert.ToHexString(hash, 0, 8);

    [JsonSourceGenerationOptions(UseStringEnumConverter = true)]
    [JsonSerializable(typeof(Options), TypeInfoPropertyName = "TrainerOptions")]
    private sealed partial class OptionsJson : JsonSerializerContext;
}
