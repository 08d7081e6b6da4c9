using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace RetainedConnectionsSample;

/// <summary>What the command line asks for.</summary>
internal sealed record Arguments(string? DataFolder, string OutputFile, int Draws, bool LearningCurves, int Images, int Epochs)
{
    /// <summary>Reads the command line; null if it asks for help or is wrong, with the exit code to end with.</summary>
    public static Arguments? Parse(string[] args, out int exitCode)
    {
        var data = new Option<string?>("--data")
        {
            Description = "A folder with the four .gz files of Fashion-MNIST; the shipped 10,000 images if not given.",
        };
        var output = new Option<string>("--output")
        {
            Description = "The PNG file to draw.",
            DefaultValueFactory = _ => "retained-connections.png",
        };
        output.Validators.Add(result => RequireFileName(result, result.GetValueOrDefault<string>()));
        Option<int> draws = Count("--draws", "Draws of initial weights that a column is the mean of.", 50);
        var curves = new Option<bool>("--learning-curves")
        {
            Description =
                "Draws nothing; trains the dense and the 98 % sparse network on true and on random labels and prints both learning curves.",
        };
        Option<int> images = Count("--images", "Images to train on for the learning curves.", 2000);
        Option<int> epochs = Count("--epochs", "Passes over them.", 100);

        var command = new RootCommand("Draws which pixels a pruned network keeps connections to, before it is trained.")
        {
            data, output, draws, curves, images, epochs,
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
            parsed.GetValue(data),
            parsed.GetValue(output)!,
            parsed.GetValue(draws),
            parsed.GetValue(curves),
            parsed.GetValue(images),
            parsed.GetValue(epochs));
    }

    private static Option<int> Count(string name, string description, int value) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => value,
        CustomParser = result =>
        {
            string text = result.Tokens.Single().Value;
            if (!int.TryParse(text, CultureInfo.InvariantCulture, out int number) || number < 1)
            {
                result.AddError($"{name} must be a whole number of at least 1, not '{text}'.");
            }

            return number;
        },
    };

    /// <summary>Better said before the work than after it.</summary>
    private static void RequireFileName(OptionResult result, string? path)
    {
        if (string.IsNullOrEmpty(path) || Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            result.AddError($"--output must name a file in a folder that exists, not '{path}'.");
        }
    }
}
