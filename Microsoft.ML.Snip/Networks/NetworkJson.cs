using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Networks;

/// <summary>The stored part of a network; shapes and parameters are inferred from it.</summary>
internal sealed record NetworkDocument(string Name, ImageShape InputShape, Layer[] Layers)
{
    public static NetworkDocument From(NetworkDefinition network) => new(network.Name, network.InputShape, [.. network.Layers]);

    public NetworkDefinition ToDefinition()
    {
        if (Layers is null || Array.Exists(Layers, layer => layer is null))
        {
            throw new JsonException("A network's layers must be present and not null.");
        }

        return new NetworkDefinition(Name, InputShape, Layers);
    }
}

/// <summary>
/// Serialisation without reflection, so that it works with trimming; unknown, missing and duplicate properties are errors.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    MaxDepth = 16,
    AllowDuplicateProperties = false,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(NetworkDocument))]
internal sealed partial class NetworkJson : JsonSerializerContext;

/// <summary>Serialises a network as a property of another object, such as the trainer's options.</summary>
internal sealed class NetworkDefinitionConverter : JsonConverter<NetworkDefinition>
{
    public override NetworkDefinition? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        JsonSerializer.Deserialize(ref reader, NetworkJson.Default.NetworkDocument)?.ToDefinition();

    public override void Write(Utf8JsonWriter writer, NetworkDefinition value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, NetworkDocument.From(value), NetworkJson.Default.NetworkDocument);
}
