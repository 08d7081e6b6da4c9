using System.Diagnostics;
using Microsoft.ML.Snip.Formats;

namespace Microsoft.ML.Snip.Tests.Formats;

/// <summary>What reading one damaged file came to.</summary>
/// <param name="Loaded">Whether it still was a model.</param>
/// <param name="Rejection">What the reader said, if it was not.</param>
/// <param name="AllocatedBytes">What reading allocated on the managed heap, garbage included.</param>
/// <param name="Elapsed">How long reading took.</param>
/// <param name="Violation">What the reader did that it must never do; null if it did well.</param>
internal sealed record MutationTrial(bool Loaded, string? Rejection, long AllocatedBytes, TimeSpan Elapsed, string? Violation)
{
    public const long MostBytes = 256_000_000;
    public static readonly TimeSpan MostTime = TimeSpan.FromSeconds(10);

    /// <summary>A model this small is also written and read again.</summary>
    private const int SmallFile = 1 << 20;

    public static MutationTrial Run(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        SnipModel? model = null;
        string? rejection = null, violation = null;
        try
        {
            model = SampleModels.Read(file);
        }
        catch (FormatException exception)
        {
            rejection = exception.Message;
        }
#pragma warning disable CA1031 // Any other exception is what is looked for.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            violation = $"{exception.GetType().Name} instead of FormatException: {exception.Message}";
        }

        TimeSpan elapsed = Stopwatch.GetElapsedTime(start);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        violation ??= allocated > MostBytes ? $"{allocated} bytes allocated" : null;
        violation ??= elapsed > MostTime ? $"{elapsed.TotalSeconds:F1} seconds taken" : null;
        violation ??= model is null || file.Length > SmallFile ? null : FindInstability(model);
        return new MutationTrial(model is not null, rejection, allocated, elapsed, violation);
    }

    /// <summary>A model that was read can be written, and reads back as the same.</summary>
    private static string? FindInstability(SnipModel model)
    {
        if (ModelLimits.CountArrayBytes(model.Network.Definition, parameter => model.Network.Weights[parameter.Name].KeptCount) > ModelLimits.FreeArrays)
        {
            return null;
        }

        byte[] written = SampleModels.Write(model);
        return written.AsSpan().SequenceEqual(SampleModels.Write(SampleModels.Read(written))) ? null : "the model read is not the model written";
    }
}
