using System.CommandLine;
using System.Globalization;
using System.Numerics;
using Microsoft.ML.Snip;

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
        Option<NetworkArchitecture?> row = Row();
        Option<double> minutes = Number(
            "--minutes", "The time for each row: epochs, and images if need be, are as many as it allows.", 10.0);
        Option<int> epochs = Number("--epochs", "Passes over the training images, if the time allows them.", 20);
        Option<int> images = Number("--images", "Training images, evenly spread over the set; all of them if not given.", 100_000);
        Option<int> scored = Number("--scored", "Training images to score connections on.", 100);
        Option<LayerSparsity[]> layers = Layers();
        Option<double?> sparsity = Share("--sparsity", "The sparsity of layers without one of their own; the paper's if not given.");
        Option<double?> dropFraction = Share(
            "--drop-fraction", "The share of kept connections that each mask update drops and grows at first; none if not given.");
        Option<bool> random = new("--random-mask") { Description = "Also trains a network that keeps as many connections, chosen by chance." };
        Option<string?> fashion = Folder(
            "--fashion-mnist", "A folder with the four .gz files of Fashion-MNIST; the shipped 10,000 images if not given.");
        Option<string?> cifar = Folder("--cifar10", "The folder cifar-10-batches-bin: measures on CIFAR-10.");
        Option<string?> tiny = Folder("--tiny-imagenet", "The folder tiny-imagenet-200: measures on Tiny ImageNet.");
        var command = new RootCommand("Prints the SNIP paper's tables beside what this machine measures, as Markdown.")
        {
            row, minutes, epochs, images, scored, layers, sparsity, dropFraction, random, fashion, cifar, tiny,
        };
        ParseResult parsed = command.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            Console.Error.WriteLine(string.Join(" ", parsed.Errors.Select(error => error.Message.ReplaceLineEndings(" "))));
            exitCode = 2;
            return null;
        }

        if (parsed.Action is not null)
        {
            exitCode = parsed.Invoke();
            return null;
        }

        exitCode = 0;
        NetworkArchitecture? network = parsed.GetValue(row);
        return new Arguments(
            network is null ? PaperRow.All : Array.FindAll(PaperRow.All, entry => entry.Network == network),
            network is not null,
            TimeSpan.FromMinutes(parsed.GetValue(minutes)),
            new Plan(
                parsed.GetValue(epochs),
                parsed.GetValue(images),
                parsed.GetValue(scored),
                parsed.GetValue(layers) ?? [],
                parsed.GetValue(sparsity),
                parsed.GetValue(dropFraction) ?? 0,
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

    private static Option<NetworkArchitecture?> Row() => new("--row")
    {
        Description = "The network, for example LeNet300; all of them if not given.",
        CustomParser = result =>
        {
            string text = result.Tokens.Single().Value;
            NetworkArchitecture?[] networks = [.. PaperRow.All.Select(row => row.Network).Distinct()];
            NetworkArchitecture? network = Array.Find(
                networks, network => network.ToString()!.Equals(text, StringComparison.OrdinalIgnoreCase));
            if (network is null)
            {
                result.AddError($"--row must be one of {string.Join(", ", networks)}, not '{text}'.");
            }

            return network;
        },
    };

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

    private static Option<double?> Share(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens.Single().Value;
            if (!double.TryParse(text, CultureInfo.InvariantCulture, out double share) || share is not (>= 0 and < 1))
            {
                result.AddError($"{name} must be a number in [0, 1), not '{text}'.");
            }

            return share;
        },
    };

    private static Option<string?> Folder(string name, string description) => new(name) { Description = description };

    private static Option<T> Number<T>(string name, string description, T value)
        where T : struct, INumber<T> => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            string text = result.Tokens.Single().Value;
            if (!T.TryParse(text, CultureInfo.InvariantCulture, out T number) || !T.IsPositive(number) || T.IsZero(number) || number > T.CreateChecked(100_000))
            {
                result.AddError($"{name} must be a number above 0 and at most 100,000, not '{text}'.");
            }

            return number;
        },
    };
}
