using System.Collections.Immutable;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>
/// Fits what is taken from a model to the classes of the data: outputs get the order of the data's classes, those of new classes are added,
/// and those of classes that the data do not have are left out.
/// </summary>
internal static class ClassMatching
{
    /// <summary>The options with a network, weights and a mask for the data's classes.</summary>
    /// <param name="options">The options; the same ones are returned if there is nothing to do.</param>
    /// <param name="classes">The data's classes.</param>
    /// <param name="random">Draws the weights of new classes.</param>
    /// <param name="log">The log.</param>
    /// <exception cref="ArgumentException">The classes differ and the network does not end with a fully connected layer.</exception>
    public static Options Run(Options options, ClassLabels classes, Random random, FitLog log)
    {
        ImmutableArray<string>? known = options.InitialWeights?.Origin?.Classes ?? options.Mask?.Origin?.Classes;
        if (known is not { } names || options.Network is not { } network || names.SequenceEqual(classes.Names))
        {
            return options;
        }

        if (network.Layers[^1] is not Linear output)
        {
            throw new ArgumentException(
                $"The model's classes are {string.Join(", ", names)}, those of the data {string.Join(", ", classes.Names)}. Only a network "
                + $"that ends with a fully connected layer can be fitted to other classes; '{network.Name}' ends with "
                + $"'{network.Layers[^1].Name}'.");
        }

        int[] rows = [.. classes.Names.Select(name => names.IndexOf(name))];
        log.Matches(names, classes.Names, network.ShapeOf(output.Input).Channels);
        var definition = new NetworkDefinition(
            network.Name, network.InputShape, [.. network.Layers[..^1], output with { Units = rows.Length }]);
        Dictionary<string, float[]> drawn = WeightInitializer.Draw(definition, random);
        return options.With(
            definition,
            options.InitialWeights?.Select((name, values) => name.StartsWith(output.Name + ".", StringComparison.Ordinal)
                ? Choose(values, rows, names.Length, drawn[name])
                : values),
            options.Mask is null ? null : Choose(options.Mask, $"{output.Name}.weight", rows));
    }

    /// <summary>The rows of known classes, and new ones.</summary>
    private static float[] Choose(float[] values, int[] rows, int knownCount, float[] drawn)
    {
        int length = values.Length / knownCount;
        for (int row = 0; row < rows.Length; row++)
        {
            if (rows[row] >= 0)
            {
                values.AsSpan(rows[row] * length, length).CopyTo(drawn.AsSpan(row * length, length));
            }
        }

        return drawn;
    }

    private static PruningMask Choose(PruningMask mask, string name, int[] rows) => PruningMask.FromValues(mask.Parameters.Select(
        parameter => Choose(mask, parameter, parameter.Name == name ? rows : null)));

    private static (PrunableParameter Parameter, bool[] Kept) Choose(PruningMask mask, PrunableParameter parameter, int[]? rows)
    {
        bool[] kept = mask.KeptOf(parameter.Name).ToArray();
        if (rows is null)
        {
            return (parameter, kept);
        }

        int length = (int)parameter.Shape[1];
        return (parameter with { Shape = [rows.Length, length] }, rows.SelectMany(row => row < 0
            ? Enumerable.Repeat(true, length)
            : kept.Skip(row * length).Take(length)).ToArray());
    }
}
