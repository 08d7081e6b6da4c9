using System.CommandLine;
using Microsoft.ML.Snip;

namespace QuickStart;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments(NetworkArchitecture Architecture, double Sparsity, int Epochs, int Seed, string ModelFile, string? DataFolder)
{
    /// <summary>Reads the command line; null if it asks for help or is wrong, with the exit code to end with.</summary>
    public static Arguments? Parse(string[] args, out int exitCode)
    {
        var architecture = new Option<NetworkArchitecture>("--architecture")
        {
            Description = "The network.", DefaultValueFactory = _ => NetworkArchitecture.LeNet300,
        };
        var sparsity = new Option<double>("--sparsity") { Description = "The share of connections to cut, in [0, 1).", DefaultValueFactory = _ => 0.98 };
        var epochs = new Option<int>("--epochs") { Description = "Passes over the training pictures.", DefaultValueFactory = _ => 12 };
        var seed = new Option<int>("--seed") { Description = "The seed of all that is random.", DefaultValueFactory = _ => 0 };
        var model = new Option<string>("--model")
        {
            Description = "The file to save the model to.", DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "fashion-mnist-model.zip"),
        };
        var data = new Option<string?>("--data") { Description = "A folder with the four .gz files of Fashion-MNIST or MNIST; the shipped 10,000 pictures if not given." };
        sparsity.Validators.Add(result => Require(result, result.GetValueOrDefault<double>() is >= 0 and < 1, "--sparsity must be in [0, 1)"));
        epochs.Validators.Add(result => Require(result, result.GetValueOrDefault<int>() >= 1, "--epochs must be at least 1"));

        var command = new RootCommand("Prunes a network before training it on Fashion-MNIST, saves it, loads it again and predicts.")
        {
            architecture, sparsity, epochs, seed, model, data,
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
            parsed.GetValue(architecture), parsed.GetValue(sparsity), parsed.GetValue(epochs), parsed.GetValue(seed), parsed.GetValue(model)!, parsed.GetValue(data));
    }

    private static void Require(System.CommandLine.Parsing.OptionResult result, bool holds, string message)
    {
        if (!holds)
        {
            result.AddError(message + ".");
        }
    }
}
