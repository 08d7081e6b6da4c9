using System.CommandLine;

namespace Samples.Common;

/// <summary>Parses the command line and prints what is wrong with it.</summary>
public static class CommandParser
{
    /// <summary>Parses the command line.</summary>
    /// <returns>The result; null if the command line asks for help or is wrong, with the exit code to end with.</returns>
    public static ParseResult? Parse(RootCommand command, string[] args, out int exitCode)
    {
        ParseResult parsed = command.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            exitCode = Failure.Print(string.Join(" ", parsed.Errors.Select(error => error.Message)));
            return null;
        }

        if (parsed.Action is not null)
        {
            exitCode = parsed.Invoke();
            return null;
        }

        exitCode = 0;
        return parsed;
    }
}
