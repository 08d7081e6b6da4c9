using Microsoft.ML.Snip.Engines.Torch.Training;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Training;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Engines.Torch.Training;

/// <summary>The training loop over TorchSharp, as a fit runs it.</summary>
internal static class TorchTraining
{
    public static (TrainingHistory History, PruningMask Mask) Run(
        nn.Module<Tensor, Tensor> module, PruningMask mask, TrainingSettings settings, ExampleSet training, ExampleSet? validation =
            null, int seed = 1,
        PixelNormalization? normalization = null, Action<TrainingProgress>? report = null, Action<EpochSummary>? reportEpoch = null)
    {
        var random = new RandomStreams(seed);
        normalization ??= PixelNormalization.Unchanged(training.Dataset.Shape.Channels);
        var run = new TrainingRun(settings, mask, training, validation, normalization, random);
        using var engine = new TorchEngine(module, run, _ => { });
        var callbacks = new TrainingCallbacks { Report = report ?? (_ => { }), ReportEpoch = reportEpoch ?? (_ => { }) };
        return new TrainingLoop(run, engine, callbacks).Run();
    }
}
