using System.Diagnostics;

namespace Microsoft.ML.Snip.Tests;

/// <summary>A training program that is killed again and again, at any moment, ends with the model of one that was not.</summary>
[TestClass]
public class KilledFitTests
{
    private const int Kills = 20;

    [TestMethod]
    [DataRow(TrainingEngine.Managed)]
    [DataRow(TrainingEngine.Torch)]
    public void TheModelIsThatOfAFitThatWasNotKilled(TrainingEngine engine)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string checkpoint = Path.Combine(folder, "fit.ckpt");
            string expected = Path.Combine(folder, "whole"), found = Path.Combine(folder, "killed");
            ProcessRun whole = ProcessRun.Dotnet(BuildPaths.Of("FreshProcess"), "train", string.Empty, expected, engine.ToString());
            Assert.AreEqual(0, whole.ExitCode, whole.Errors);
            var random = new Random(6);
            for (int kill = 0; kill < Kills; kill++)
            {
                Assert.IsFalse(File.Exists(found), $"the fit ended before kill {kill}");
                KillAfter(random.Next(60), BuildPaths.Of("FreshProcess"), "train", checkpoint, found, engine.ToString());
            }

            ProcessRun last = ProcessRun.Dotnet(BuildPaths.Of("FreshProcess"), "train", checkpoint, found, engine.ToString());
            Assert.AreEqual(0, last.ExitCode, last.Errors);
            CollectionAssert.AreEqual(File.ReadAllBytes(expected), File.ReadAllBytes(found));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Kills a program some time after its first line.</summary>
    private static void KillAfter(int milliseconds, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Assert.AreEqual("training", process.StandardOutput.ReadLine(), "the program did not start to train");
        Thread.Sleep(milliseconds);
        process.Kill();
        process.WaitForExit();
    }
}
