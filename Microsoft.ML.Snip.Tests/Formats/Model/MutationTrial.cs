using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Formats.Model;

namespace Microsoft.ML.Snip.Tests.Formats.Model;

/// <summary>What reading one damaged file, and predicting with it if it still was a model, came to.</summary>
/// <param name="Loaded">Whether it still was a model.</param>
/// <param name="Rejection">What the reader said, if it was not.</param>
/// <param name="AllocatedBytes">What reading and planning allocated on the managed heap, garbage included.</param>
/// <param name="LoadTime">How long a processor took to read and to plan.</param>
/// <param name="PredictTime">How long a processor took to predict one image with a small file; none with others.</param>
/// <param name="Violation">What was done that must never be done; null if all went well. Times are the caller's to judge.</param>
internal sealed record MutationTrial(
    bool Loaded, string? Rejection, long AllocatedBytes, TimeSpan LoadTime, TimeSpan PredictTime, string? Violation)
{
    public const long MaxBytes = 256_000_000;

    /// <summary>With a model in a file this small an image is predicted: it must not take long.</summary>
    public const int SmallFile = 10_000;

    /// <summary>A model with arrays this small is also written and read again.</summary>
    private const long SmallArrays = 4 << 20;

    /// <summary>A network this cheap also predicts images side by side.</summary>
    private const double FewOperations = 2e6;

    private const int SeveralImages = 17;

    public static MutationTrial Run(byte[] file)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan start = Environment.CpuUsage.TotalTime, loaded = start, predicted = start;
        long allocated = 0;
        SnipModel? model = null;
        string? rejection = null, violation = null;
        try
        {
            try
            {
                model = SampleModels.Read(file);
            }
            catch (FormatException exception)
            {
                rejection = exception.Message;
            }

            SparseExecutor? executor = model is null || model.Network.Definition.Module is not null
                ? null
                : new SparseExecutor(model.Network);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            loaded = predicted = Environment.CpuUsage.TotalTime;
            if (executor is not null && file.Length < SmallFile)
            {
                Predict(executor, model!, 1);
                predicted = Environment.CpuUsage.TotalTime;
                if (OperationsOf(model!) <= FewOperations)
                {
                    Predict(executor, model!, SeveralImages);
                }
            }

            violation = allocated > MaxBytes ? $"{allocated} bytes allocated" : null;
            violation ??= model is null || ArraysOf(model) > SmallArrays ? null : FindInstability(model);
        }
#pragma warning disable CA1031 // Any other exception is what is looked for.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            violation = $"{exception.GetType().Name} instead of FormatException: {exception}";
        }

        return new MutationTrial(model is not null, rejection, allocated, loaded - start, predicted - loaded, violation);
    }

    private static void Predict(SparseExecutor executor, SnipModel model, int count) =>
        executor.Predict(
            new float[count * model.Network.Definition.InputShape.Count], count, new float[count * model.Network.Definition.ClassCount]);

    /// <summary>A model that was read can be written, and reads back as the same.</summary>
    private static string? FindInstability(SnipModel model)
    {
        byte[] written;
        try
        {
            written = SampleModels.Write(model);
        }
        catch (ArgumentException exception) when (exception.Message.Contains("for a model of", StringComparison.Ordinal))
        {
            return null; // It compresses so well that the file written would be too small for what it costs.
        }

        return written.AsSpan().SequenceEqual(SampleModels.Write(SampleModels.Read(written)))
            ? null
            : "the model read is not the model written";
    }

    private static double OperationsOf(SnipModel model) =>
        NetworkCost.CountOperations(model.Network.Definition, parameter => model.Network.Weights[parameter.Name].KeptCount);

    private static long ArraysOf(SnipModel model) =>
        ModelLimits.CountArrayBytes(model.Network.Definition, parameter => model.Network.Weights[parameter.Name].KeptCount);
}
