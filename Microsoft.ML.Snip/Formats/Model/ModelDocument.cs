using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Networks;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>The JSON metadata of a model file: everything except weights and vectors.</summary>
internal sealed record ModelDocument(
    NetworkDocument Network, PixelNormalization Normalization, ClassLabels Classes, PruningReport Report, TrainingHistory History,
    string Background = ModelDocument.DefaultBackground)
{
    /// <summary>The background colour if a file has none: white.</summary>
    private const string DefaultBackground = "#FFFFFF";

    public static ModelDocument From(SnipModel model) =>
        new(
            NetworkDocument.From(model.Network.Definition), model.Normalization, model.Classes, model.Report, model.History,
            model.Background.ToString());

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ModelJson.Default.ModelDocument);

    /// <exception cref="FormatException">The text does not have the format that <see cref="ToJson"/> writes.</exception>
    public static ModelDocument FromJson(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ModelJson.Default.ModelDocument) ?? throw new JsonException("it is null");
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException or ArgumentException)
        {
            throw new FormatException($"The metadata are invalid: {exception.Message}", exception);
        }
    }

    /// <exception cref="FormatException">The network is invalid.</exception>
    public NetworkDefinition ToDefinition()
    {
        try
        {
            return Network.ToDefinition();
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException or OverflowException)
        {
            throw new FormatException($"The network is invalid: {exception.Message}", exception);
        }
    }

    /// <summary>What is wrong with the metadata of this network; null if they are valid.</summary>
    public string? FindMistake(NetworkDefinition network)
    {
        int channels = network.InputShape.Channels;
        if (!IsFinite(Normalization.Mean, channels) || !IsFinite(Normalization.Scale, channels))
        {
            return $"The normalization must have a finite mean and scale for each of the {channels} channels.";
        }

        if (Images.Background.TryParse(Background) is null)
        {
            return $"The background is '{Background}'; it must be {Images.Background.Form}.";
        }

        if (!Enum.IsDefined(Classes.Kind) || !IsFilled(Classes.Names) || Classes.Names.Length != network.ClassCount)
        {
            return $"The network classifies {network.ClassCount} classes; there must be as many class names, of a known kind.";
        }

        if (FindRepeated(Classes.Names) is { } repeated)
        {
            return $"Two classes are named '{repeated}'.";
        }

        if (Report.RetainedPerPixel is { } retained && !Fits(retained, network.InputShape))
        {
            return $"The connections kept per pixel must be {network.InputShape.Count} counts, one for each value of the image, none below "
                + "0.";
        }

        if (!IsFilled(Report.Layers) || !IsFilled(History.Epochs))
        {
            return "The report's layers and the history's epochs must be present and not null.";
        }

        if (History.ValidationClasses is { } evaluated
            && (!IsFilled(evaluated) || evaluated.Length != network.ClassCount || !evaluated.All(IsPossible)))
        {
            return $"The history must evaluate the {network.ClassCount} classes, with no more correct predictions than images and "
                + "predictions.";
        }

        return Report.Layers.All(IsPossible) && CountFlops(Report) < long.MaxValue && History.Epochs.All(epoch => epoch.Epoch > 0)
            ? null
            : "The report's counts must not be negative, no layer may keep more connections than it has, and epochs must be numbered from "
                + "1.";
    }

    private static string? FindRepeated(ImmutableArray<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return names.FirstOrDefault(name => !seen.Add(name));
    }

    private static bool IsPossible(LayerReport layer) => layer is { Kept: >= 0, OutputPositions: >= 0 } && layer.Kept <= layer.Connections;

    private static bool IsPossible(ClassEvaluation entry) => entry.Correct >= 0 && entry.Correct <= Math.Min(entry.Images, entry.Predicted);

    /// <summary>Counts in double precision to avoid overflow; the report's own properties count in integers.</summary>
    private static double CountFlops(PruningReport report) =>
        report.Layers.Sum(layer => 2.0 * layer.Connections * Math.Max(1, layer.OutputPositions));

    private static bool Fits(RetainedConnections retained, ImageShape shape) => retained.Shape == shape
        && !retained.Counts.IsDefault && retained.Counts.Length == shape.Count && retained.Counts.All(count => count >= 0);

    private static bool IsFinite(ImmutableArray<float> values, int count) =>
        !values.IsDefault && values.Length == count && values.All(float.IsFinite);

    private static bool IsFilled<T>(ImmutableArray<T> items)
        where T : class => !items.IsDefault && items.All(item => item is not null);
}

/// <summary>Serialisation without reflection, so that it works with trimming; it is strict because files are not trusted.</summary>
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
[JsonSerializable(typeof(ModelDocument))]
internal sealed partial class ModelJson : JsonSerializerContext;
