using System.CommandLine;
using Samples.Common;

namespace RetainedConnectionsSample;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments(string? DataFolder, string OutputFile, int Draws, bool LearningCurves, int Images, int Epochs)
{
    /// <summary>Reads the command line; null if it asks for help or is wrong, with the exit code to end with.</summary>
    public static Arguments? Parse(string[] args, out int exitCode)
    {
        Option<string?> data = CommonOptions.FashionMnistFolder("--data");
        Option<string> output = CommonOptions.OutputFile("--output", "The PNG file to draw.", "retained-connections.png");
        Option<int> draws = CommonOptions.Count("--draws", "Draws of initial weights that a column is the mean of.", 50);
        var curves = new Option<bool>("--learning-curves")
        {
            Description =
                "Draws nothing; trains the dense and the 98 % sparse network on true and on random labels and prints both learning curves.",
        };
        Option<int> images = CommonOptions.Count("--images", "Images to train on for the learning curves.", 2000);
        Option<int> epochs = CommonOptions.Count("--epochs", "Passes over them.", 100);

        var command = new RootCommand("Draws which pixels a pruned network keeps connections to, before it is trained.")
        {
            data, output, draws, curves, images, epochs,
        };
        if (CommandParser.Parse(command, args, out exitCode) is not { } parsed)
        {
            return null;
        }

        return new Arguments(
            parsed.GetValue(data),
            parsed.GetValue(output)!,
            parsed.GetValue(draws),
            parsed.GetValue(curves),
            parsed.GetValue(images),
            parsed.GetValue(epochs));
    }
}
