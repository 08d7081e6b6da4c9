namespace Samples.Common;

/// <summary>Failures that the user can do something about: they are printed in one line.</summary>
public static class Failure
{
    private const int ExitCode = 2;

    /// <summary>Whether the arguments or the data are the cause, not a fault in the program.</summary>
    public static bool IsExpected(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or FormatException or ArgumentException or InvalidOperationException;

    /// <summary>Prints the message as one line of the error output.</summary>
    /// <returns>The exit code to end with.</returns>
    public static int Print(string message)
    {
        Console.Error.WriteLine(message.ReplaceLineEndings(" "));
        return ExitCode;
    }
}
