using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Microsoft.ML.Snip;

namespace QuickStart;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments(
    NetworkArchitecture Architecture, double Sparsity, int Epochs, double DropFraction, int Seed, string ModelFile, string? DataFolder)
{
    /// <summary>Reads the command line; null if it asks for help or is wrong, with the exit code to end with.</summary>
    public static Arguments? Parse(string[] args, out int exitCode)
    {
        Option<NetworkArchitecture> architecture = Architectures();
        Option<double> sparsity = Number(
            "--sparsity", "The share of connections to cut, in [0, 1).", 0.98, "a number in [0, 1)", value => value is >= 0 and < 1);
        Option<int> epochs = Number(
            "--epochs", "Passes over the training images.", 12, "a whole number of at least 1", value => value >= 1);
        Option<double> dropFraction = Number(
            "--drop-fraction", "The share of kept connections that each mask update drops and grows at first, in [0, 1).", 0.0, "a number in [0, 1)", value => value is >= 0 and < 1);
        Option<int> seed = Number("--seed", "The seed of all that is random.", 0, "a whole number", _ => true);
        var model = new Option<string>("--model")
        {
            Description = "The file to save the model to.",
            DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "fashion-mnist-model.zip"),
        };
        model.Validators.Add(result => RequireFileName(result, result.GetValueOrDefault<string>()));
        var data = new Option<string?>("--data")
        {
            Description = "A folder with the four .gz files of Fashion-MNIST; the shipped 10,000 images if not given.",
        };

        var command = new RootCommand("Prunes a network before training it on Fashion-MNIST, saves it, loads it again and predicts.")
        {
            architecture, sparsity, epochs, dropFraction, seed, model, data,
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
        return new Arguments(
            parsed.GetValue(architecture),
            parsed.GetValue(sparsity),
            parsed.GetValue(epochs),
            parsed.GetValue(dropFraction),
            parsed.GetValue(seed),
            parsed.GetValue(model)!,
            parsed.GetValue(data));
    }

    /// <summary>A network by its name; an enumeration's own parser would take numbers too.</summary>
    private static Option<NetworkArchitecture> Architectures() => new("--architecture")
    {
        Description = "The network.",
        DefaultValueFactory = _ => NetworkArchitecture.LeNet300,
        CustomParser = result =>
        {
            string name = result.Tokens.Single().Value;
            string[] names = Enum.GetNames<NetworkArchitecture>();
            if (!names.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                result.AddError($"--architecture must be one of {string.Join(", ", names)}, not '{name}'.");
                return default;
            }

            return Enum.Parse<NetworkArchitecture>(name, ignoreCase: true);
        },
    };

    private static Option<T> Number<T>(string name, string description, T value, string expected, Func<T, bool> isInRange)
        where T : struct, INumber<T> => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            string text = result.Tokens.Single().Value;
            if (!T.TryParse(text, CultureInfo.InvariantCulture, out T number) || !isInRange(number))
            {
                result.AddError($"{name} must be {expected}, not '{text}'.");
            }

            return number;
        },
    };

    /// <summary>Better said before training than after it.</summary>
    private static void RequireFileName(OptionResult result, string? path)
    {
        if (string.IsNullOrEmpty(path) || Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            result.AddError($"--model must name a file in a folder that exists, not '{path}'.");
        }
    }
}
