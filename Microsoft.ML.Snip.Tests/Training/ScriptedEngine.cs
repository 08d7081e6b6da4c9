using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Tests.Training;

/// <summary>An engine for tests of the training loop: its losses are given, and it keeps what it is asked for.</summary>
/// <param name="lossOf">The loss of a step; the first is 1.</param>
internal sealed class ScriptedEngine(Func<int, double> lossOf) : ITrainingEngine
{
    private static readonly PruningMask Mask = PruningMask.FromValues([(new PrunableParameter("w", [1]), new[] { true })]);

    /// <summary>The number of steps of the network, which goes back with it.</summary>
    public int Step { get; private set; }

    /// <summary>The learning rate of every step, also of those that were taken back.</summary>
    public List<double> Rates { get; } = [];

    (double Loss, long Correct) ITrainingEngine.Step(ExampleBatch batch, double learningRate)
    {
        Step++;
        Rates.Add(learningRate);
        return (lossOf(Rates.Count), batch.Count);
    }

    public double Evaluate(ExampleBatch batch, Span<int> predicted) => lossOf(Rates.Count) * batch.Count;

    public void UpdateMask(double fraction)
    {
    }

    public NetworkState Read(bool withOptimizer) =>
        new(Step, Mask, new Dictionary<string, ParameterState>(), new Dictionary<string, byte[]>());

    public void Write(NetworkState state) => Step = (int)state.Step;

    public string? FindNotFinite() => null;

    public void Finish()
    {
    }

    public void Dispose()
    {
    }

    /// <summary>A run over images of one pixel.</summary>
    public static TrainingRun RunOf(TrainingSettings settings, int examples, int validation = 0)
    {
        var shape = new ImageShape(1, 1, 1);
        var pixels = new FloatPixelStore(shape);
        for (int image = 0; image < examples; image++)
        {
            pixels.Add([image]);
        }

        var dataset = new ImageDataset(
            shape, new ClassLabels(ClassValueKind.Text, ["a", "b"]), [.. Enumerable.Range(0, examples).Select(image => image % 2)], pixels);
        return new TrainingRun(
            settings, Mask, ExampleSet.All(dataset), validation == 0 ? null : new ExampleSet(dataset, [.. Enumerable.Range(0, validation)]),
            PixelNormalization.Unchanged(1), new RandomStreams(1));
    }
}
