using System.Diagnostics;

namespace Microsoft.ML.Snip.Tests;

/// <summary>What a program that ran to its end left behind.</summary>
internal sealed record ProcessRun(int ExitCode, string Output, string Errors)
{
    /// <summary>Runs <c>dotnet</c> with the given arguments, its output and errors redirected.</summary>
    public static ProcessRun Dotnet(params string[] arguments) => Of(new ProcessStartInfo("dotnet", arguments));

    /// <summary>Runs a program, its output and errors redirected.</summary>
    public static ProcessRun Of(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new ProcessRun(process.ExitCode, output, errors.Result);
    }

    /// <summary>Fails the test unless the program did nothing, ended with 2 and said why in one line.</summary>
    /// <param name="says">What the line has to contain.</param>
    public void RequireRefusal(string says)
    {
        Assert.AreEqual(2, ExitCode);
        Assert.AreEqual(string.Empty, Output);
        Assert.HasCount(1, Errors.TrimEnd().Split('\n'), Errors);
        StringAssert.Contains(Errors, says);
    }
}
