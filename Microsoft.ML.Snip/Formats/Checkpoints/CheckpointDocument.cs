using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Formats.Checkpoints;

/// <summary>The JSON metadata of a checkpoint: everything except the numbers of networks, whose lengths it has.</summary>
internal sealed record CheckpointDocument(
    SortedDictionary<string, string> Fit, int Seed, TrainingEngine Engine, string EngineReason, StateDocument State)
{
    public static CheckpointDocument From(Checkpoint checkpoint) => new(
        new SortedDictionary<string, string>(checkpoint.Fit.ToDictionary(), StringComparer.Ordinal), checkpoint.Seed, checkpoint.Engine,
        checkpoint.EngineReason, StateDocument.From(checkpoint.State));

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, CheckpointJson.Default.CheckpointDocument);

    /// <exception cref="FormatException">The text does not have the format that <see cref="ToJson"/> writes.</exception>
    public static CheckpointDocument FromJson(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, CheckpointJson.Default.CheckpointDocument) ?? throw new JsonException("it is null");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new FormatException($"The metadata are invalid: {exception.Message}", exception);
        }
    }
}

/// <summary>A <see cref="TrainingState"/> without the numbers of its networks.</summary>
internal sealed record StateDocument(
    NetworkStateDocument Network, ImmutableArray<EpochSummary> Epochs, EpochSums Current, BestEpochState? Best,
    NetworkStateDocument? BestNetwork, double? FirstLoss, StateDocument? LastGood, int Restarts, TimeSpan Elapsed)
{
    public static StateDocument From(TrainingState state) => new(
        NetworkStateDocument.From(state.Network), state.Epochs, state.Current, state.Best,
        state.BestNetwork is { } best ? NetworkStateDocument.From(best) : null, state.FirstLoss,
        state.LastGood is { } good ? From(good) : null, state.Restarts, state.Elapsed);

    /// <summary>The networks whose numbers follow the metadata, in order.</summary>
    [JsonIgnore]
    public IEnumerable<NetworkStateDocument> Networks =>
        new[] { Network, BestNetwork }.OfType<NetworkStateDocument>().Concat(LastGood?.Networks ?? []);

    /// <param name="networks">The networks of <see cref="Networks"/>, which are taken in their order.</param>
    public TrainingState ToState(Queue<NetworkState> networks) => new(networks.Dequeue())
    {
        Epochs = Epochs,
        Current = Current,
        Best = Best,
        BestNetwork = BestNetwork is null ? null : networks.Dequeue(),
        FirstLoss = FirstLoss,
        LastGood = LastGood?.ToState(networks),
        Restarts = Restarts,
        Elapsed = Elapsed,
    };
}

/// <summary>The shape of a <see cref="NetworkState"/>.</summary>
internal sealed record NetworkStateDocument(
    long Step, ImmutableArray<PrunableParameter> Masks, ImmutableArray<ParameterDocument> Parameters,
    ImmutableArray<BufferDocument> Buffers)
{
    public static NetworkStateDocument From(NetworkState state) => new(
        state.Step, state.Mask.Parameters,
        [.. state.Parameters.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => new ParameterDocument(
            entry.Key, entry.Value.Values.Length, entry.Value.Means.Length, entry.Value.MeanSquares.Length))],
        [.. state.Buffers.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(
            entry => new BufferDocument(entry.Key, entry.Value.Length))]);
}

/// <summary>How many numbers a parameter has.</summary>
internal sealed record ParameterDocument(string Name, int Values, int Means, int MeanSquares);

/// <summary>How many bytes a buffer has.</summary>
internal sealed record BufferDocument(string Name, int Bytes);

/// <summary>Serialisation that is strict because files are not trusted.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    MaxDepth = 16,
    IgnoreReadOnlyProperties = true,
    AllowDuplicateProperties = false,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(CheckpointDocument))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
