using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Samples.Common;

/// <summary>Options that several samples have. Each says what it expects if it is given something else.</summary>
public static class CommonOptions
{
    /// <summary>A number within a range.</summary>
    /// <param name="name">The option's name.</param>
    /// <param name="description">What the help says.</param>
    /// <param name="value">The value if the option is not given; null for none.</param>
    /// <param name="expected">What the number must be, for the error message.</param>
    /// <param name="isInRange">Whether a number is accepted.</param>
    public static Option<T> Number<T>(string name, string description, T? value, string expected, Func<T, bool> isInRange)
        where T : struct, INumber<T> => new(name)
    {
        Description = description,
        DefaultValueFactory = value is { } number ? _ => number : null,
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

    /// <summary>A whole number of at least 1.</summary>
    public static Option<int> Count(string name, string description, int value) =>
        Number<int>(name, description, value, "a whole number of at least 1", count => count >= 1);

    /// <summary>A share of less than all.</summary>
    public static Option<double> Share(string name, string description, double? value = null) =>
        Number(name, description, value, "a number in [0, 1)", share => share is >= 0 and < 1);

    /// <summary>A name out of an enumeration; its own parser would take numbers too.</summary>
    public static Option<T> Choice<T>(string name, string description, T[] choices)
        where T : struct, Enum => new(name)
    {
        Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens.Single().Value;
            int index = Array.FindIndex(choices, choice => choice.ToString().Equals(text, StringComparison.OrdinalIgnoreCase));
            if (index < 0)
            {
                result.AddError($"{name} must be one of {string.Join(", ", choices)}, not '{text}'.");
                return default;
            }

            return choices[index];
        },
    };

    /// <summary>A file to write at the end. That it cannot be written is said before the work.</summary>
    public static Option<string> OutputFile(string name, string description, string path)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => path };
        option.Validators.Add(result => RequireFileName(result, name));
        return option;
    }

    /// <summary>The folder for <see cref="FashionMnist.Load"/>.</summary>
    public static Option<string?> FashionMnistFolder(string name) => new(name)
    {
        Description = "A folder with the four .gz files of Fashion-MNIST; the shipped 10,000 images if not given.",
    };

    private static void RequireFileName(OptionResult result, string name)
    {
        string? path = result.GetValueOrDefault<string>();
        if (string.IsNullOrEmpty(path) || Directory.Exists(path) || !Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
        {
            result.AddError($"{name} must name a file in a folder that exists, not '{path}'.");
        }
    }
}
