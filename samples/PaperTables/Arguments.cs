using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Microsoft.ML.Snip;
using Samples.Common;

namespace PaperTables;

/// <summary>What the command line asks for.</summary>
/// <param name="Rows">The paper's rows to measure.</param>
/// <param name="IsOneNetwork">Whether one network was asked for by name: then it has to fit the data.</param>
/// <param name="Budget">The time for each row.</param>
/// <param name="Plan">How much to train if the budget allows it, and what beside the paper's two networks.</param>
/// <param name="OpenDataSets">Opens the data sets to measure on.</param>
internal sealed record Arguments(
    PaperRow[] Rows, bool IsOneNetwork, TimeSpan Budget, Plan Plan, Func<IEnumerable<DataSet>> OpenDataSets)
{
    /// <summary>Reads the command line; null if it asks for help or is wrong, with the exit code to end with.</summary>
    public static Arguments? Parse(string[] args, out int exitCode)
    {
        Option<NetworkArchitecture> row = CommonOptions.Choice(
            "--row",
            "The network, for example LeNet300; all of them if not given.",
            [.. PaperRow.All.Select(entry => entry.Network).Distinct()]);
        Option<double> minutes = Positive(
            "--minutes", "The time for each row: epochs, and images if need be, are as many as it allows.", 10.0);
        Option<int> epochs = Positive("--epochs", "Passes over the training images, if the time allows them.", 20);
        Option<int> images = Positive("--images", "Training images, evenly spread over the set; all of them if not given.", 100_000);
        Option<int> scored = Positive("--scored", "Training images to score connections on.", 100);
        Option<LayerSparsity[]> layers = Layers();
        Option<double> sparsity = CommonOptions.Share(
            "--sparsity", "The sparsity of layers without one of their own; the paper's if not given.");
        Option<double> dropFraction = CommonOptions.Share(
            "--drop-fraction", "The share of kept connections that each mask update drops and grows at first; none if not given.");
        Option<bool> random = new("--random-mask")
        {
            Description = "Also trains a network that keeps as many connections, chosen by chance.",
        };
        Option<string?> fashion = CommonOptions.FashionMnistFolder("--fashion-mnist");
        Option<string?> cifar = Folder("--cifar10", "The folder cifar-10-batches-bin: measures on CIFAR-10.");
        Option<string?> tiny = Folder("--tiny-imagenet", "The folder tiny-imagenet-200: measures on Tiny ImageNet.");
        var command = new RootCommand("Prints the SNIP paper's tables beside what this machine measures, as Markdown.")
        {
            row, minutes, epochs, images, scored, layers, sparsity, dropFraction, random, fashion, cifar, tiny,
        };
        if (CommandParser.Parse(command, args, out exitCode) is not { } parsed)
        {
            return null;
        }

        NetworkArchitecture? network = parsed.GetResult(row) is null ? null : parsed.GetValue(row);
        return new Arguments(
            network is null ? PaperRow.All : Array.FindAll(PaperRow.All, entry => entry.Network == network),
            network is not null,
            TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            new Plan(
                parsed.GetValue(epochs),
                parsed.GetValue(images),
                parsed.GetValue(scored),
                parsed.GetValue(layers) ?? [],
                parsed.GetResult(sparsity) is null ? null : parsed.GetValue(sparsity),
                parsed.GetValue(dropFraction),
                parsed.GetValue(random)),
            () => Open(parsed.GetValue(fashion), parsed.GetValue(cifar), parsed.GetValue(tiny)));
    }

    private static IEnumerable<DataSet> Open(string? fashion, string? cifar, string? tiny)
    {
        if (fashion is not null || (cifar is null && tiny is null))
        {
            yield return DataSet.OpenFashionMnist(fashion);
        }

        if (cifar is not null)
        {
            yield return DataSet.OpenCifar10(cifar);
        }

        if (tiny is not null)
        {
            yield return DataSet.OpenTinyImageNet(tiny);
        }
    }

    private static Option<LayerSparsity[]> Layers() => new("--layer")
    {
        Description = "A layer and a sparsity of its own, for example fc2=0.5; may be given several times.",
        CustomParser = result => [.. result.Tokens.Select(token =>
        {
            string[] parts = token.Value.Split('=');
            if (parts.Length == 2 && double.TryParse(parts[1], CultureInfo.InvariantCulture, out double own) && own is >= 0 and < 1)
            {
                return new LayerSparsity(parts[0], own);
            }

            result.AddError($"--layer must be a layer's name, = and a sparsity in [0, 1), not '{token.Value}'.");
            return new LayerSparsity("*", 0);
        })],
    };

    private static Option<string?> Folder(string name, string description) => new(name) { Description = description };

    private static Option<T> Positive<T>(string name, string description, T value)
        where T : struct, INumber<T> => CommonOptions.Number<T>(
            name,
            description,
            value,
            "a number above 0 and at most 100,000",
            number => number > T.Zero && number <= T.CreateChecked(100_000));
}
