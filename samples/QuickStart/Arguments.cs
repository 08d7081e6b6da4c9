using System.CommandLine;
using Microsoft.ML.Snip;
using Samples.Common;

namespace QuickStart;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments(
    NetworkArchitecture Architecture, double Sparsity, int Epochs, double DropFraction, int Seed, string ModelFile, string? DataFolder)
{
    /// <summary>Reads the command line; null if it asks for help or is wrong, with the exit code to end with.</summary>
    public static Arguments? Parse(string[] args, out int exitCode)
    {
        Option<NetworkArchitecture> architecture =
            CommonOptions.Choice("--architecture", "The network.", Enum.GetValues<NetworkArchitecture>());
        architecture.DefaultValueFactory = _ => NetworkArchitecture.LeNet300;
        Option<double> sparsity = CommonOptions.Share("--sparsity", "The share of connections to cut, in [0, 1).", 0.98);
        Option<int> epochs = CommonOptions.Count("--epochs", "Passes over the training images.", 12);
        Option<double> dropFraction = CommonOptions.Share(
            "--drop-fraction", "The share of kept connections that each mask update drops and grows at first, in [0, 1).", 0);
        Option<int> seed = CommonOptions.Number<int>("--seed", "The seed of all that is random.", 0, "a whole number", _ => true);
        Option<string> model = CommonOptions.OutputFile(
            "--model", "The file to save the model to.", Path.Combine(AppContext.BaseDirectory, "fashion-mnist-model.zip"));
        Option<string?> data = CommonOptions.FashionMnistFolder("--data");

        var command = new RootCommand("Prunes a network before training it on Fashion-MNIST, saves it, loads it again and predicts.")
        {
            architecture, sparsity, epochs, dropFraction, seed, model, data,
        };
        if (CommandParser.Parse(command, args, out exitCode) is not { } parsed)
        {
            return null;
        }

        return new Arguments(
            parsed.GetValue(architecture),
            parsed.GetValue(sparsity),
            parsed.GetValue(epochs),
            parsed.GetValue(dropFraction),
            parsed.GetValue(seed),
            parsed.GetValue(model)!,
            parsed.GetValue(data));
    }
}
