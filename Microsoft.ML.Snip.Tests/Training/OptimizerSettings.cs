using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Tests.Training;

/// <summary>Training settings of which only those of the optimizer matter.</summary>
internal static class OptimizerSettings
{
    public static TrainingSettings Of(TrainingOptimizer optimizer, double momentum, double weightDecay) => new(
        1, 1, optimizer, LearningRate: 1, LearningRateSchedule.Constant, momentum, weightDecay, DropFraction: 0, MaskUpdateInterval: 1,
        Augmentation: null);
}
