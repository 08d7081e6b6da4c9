using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip;

public sealed partial class PrunedImageClassificationTrainer
{
    /// <content>Checks of the settings.</content>
    public sealed partial class Options
    {
        /// <summary>The maximum number of epochs whose history fits into a model file.</summary>
        private const int MaxEpochs = 10_000;

        /// <summary>The maximum number of threads; torch uses stack space for each.</summary>
        private const int MaxThreads = 1024;

        private const string SinglePrecision = "from 1.2E-38 to 3.4E+38, because training computes in single precision";

        /// <summary>Checks the settings and returns a copy.</summary>
        internal Options CopyChecked()
        {
            CheckName(LabelColumnName);
            CheckName(ImageColumnName);
            CheckName(PredictedLabelColumnName);
            CheckName(ScoreColumnName);
            if (ExampleWeightColumnName is not null)
            {
                CheckName(ExampleWeightColumnName);
            }

            CheckNamesDiffer();

            Check(Enum.IsDefined(InvalidImages), InvalidImages, "a defined value");
            Check(Enum.IsDefined(Architecture), Architecture, "one of the architectures");
            Check(Images.Background.TryParse(Background) is not null, Background, Images.Background.Form);
            Check(Sparsity is >= 0 and < 1, Sparsity, "in [0, 1)");
            Check(
                Exclude is not null && Array.TrueForAll(Exclude, pattern => !string.IsNullOrEmpty(pattern)), Exclude,
                "a list of names that are not empty");
            Check(
                LayerSparsities is not null
                    && Array.TrueForAll(LayerSparsities, entry => entry is { Pattern.Length: > 0, Sparsity: >= 0 and < 1 }),
                LayerSparsities,
                "a list of names that are not empty, with sparsities in [0, 1)");
            Check(ScoringSampleCount is null or >= 1, ScoringSampleCount, "at least 1");
            Check(Epochs is >= 1 and <= MaxEpochs, Epochs, $"from 1 to {MaxEpochs}");
            Check(BatchSize >= 1, BatchSize, "at least 1");
            Check(Optimizer is null || Enum.IsDefined(Optimizer.Value), Optimizer, "one of the optimizers");
            Check(LearningRate is null or (> 0 and < double.PositiveInfinity), LearningRate, "above 0");
            Check(LearningRate is null || IsSinglePrecision(LearningRate.Value), LearningRate, SinglePrecision);
            Check(Momentum is >= 0 and < 1, Momentum, "in [0, 1)");
            Check((float)Momentum < 1, Momentum, "less than 1 also in single precision, in which training computes");
            Check(WeightDecay is null or (>= 0 and < double.PositiveInfinity), WeightDecay, "at least 0");
            Check(WeightDecay is null or 0 || IsSinglePrecision(WeightDecay.Value), WeightDecay, $"0 or {SinglePrecision}");
            Check(
                MaxGradientNorm is null || (MaxGradientNorm > 0 && IsSinglePrecision(MaxGradientNorm.Value)), MaxGradientNorm,
                SinglePrecision);
            Check(LabelSmoothing is >= 0 and < 1, LabelSmoothing, "in [0, 1)");
            Check(Enum.IsDefined(ClassWeighting), ClassWeighting, "None or Balanced");
            Check(
                ClassWeights is not null && Array.TrueForAll(
                    ClassWeights, entry => entry is { Class: not null, Weight: >= 0 and <= float.MaxValue }),
                ClassWeights,
                "a list of classes with weights that are finite and at least 0");
            Check(Enum.IsDefined(LearningRateSchedule), LearningRateSchedule, "one of the schedules");
            CheckAugmentation();
            Check(DropFraction is >= 0 and < 1, DropFraction, "in [0, 1)");
            Check(MaskUpdateInterval >= 1, MaskUpdateInterval, "at least 1");
            Check(WarmUpEpochs is >= 0 and <= MaxEpochs, WarmUpEpochs, $"from 0 to {MaxEpochs}");
            Check(MaxTrainingTime is null || MaxTrainingTime > TimeSpan.Zero, MaxTrainingTime, "above zero");
            Check(EarlyStopping is null or { Patience: >= 1 }, EarlyStopping?.Patience, "at least 1", "EarlyStopping.Patience");
            Check(
                EarlyStopping is null or { MinimumGain: >= 0 and < double.PositiveInfinity }, EarlyStopping?.MinimumGain, "at least 0",
                "EarlyStopping.MinimumGain");
            Check(
                EarlyStopping is null || Enum.IsDefined(EarlyStopping.Metric), EarlyStopping?.Metric, "one of the metrics",
                "EarlyStopping.Metric");
            Check(CheckpointPath is not "", CheckpointPath, "the name of a file, or null");
            Check(CheckpointInterval > TimeSpan.Zero, CheckpointInterval, "above zero");
            Check(DivergenceRestarts >= 0, DivergenceRestarts, "at least 0");
            Check(Enum.IsDefined(TrainingEngine), TrainingEngine, "one of the training engines");
            Check(
                Device is not null && Enum.IsDefined(Device.Kind) && Device.Index >= 0, Device,
                "Auto, Cpu, or Cuda with a number of at least 0");
            Check(CacheMegabytes >= 1, CacheMegabytes, "at least 1");
            Check(ValidationFraction is >= 0 and < 1, ValidationFraction, "in [0, 1)");
            Check(
                Threads is null or (>= 1 and <= MaxThreads), Threads,
                $"from 1 to {MaxThreads}; more threads than cores make training slower");
            if (ImageShape is { } shape)
            {
                Check(
                    shape.Channels is 1 or 3 && shape.Height > 0 && shape.Width > 0, shape,
                    "1 or 3 channels and a positive height and width", nameof(ImageShape));
                if (Network is not null && Network.InputShape != shape)
                {
                    throw new ArgumentException(
                        $"ImageShape is {shape}, but the input shape of the network '{Network.Name}' is {Network.InputShape}.");
                }
            }

            var copy = (Options)MemberwiseClone();
            copy.Exclude = [.. Exclude!];
            copy.LayerSparsities = [.. LayerSparsities!];
            copy.ClassWeights = [.. ClassWeights!];
            copy.ModuleFactory = FindModuleFactory();
            if (copy.ModuleFactory is not null && (Network is not null || InitialWeights is not null || RedrawWeights))
            {
                throw new ArgumentException(
                    "A module (ModuleFactory, ModuleName) has its own layers and initial weights; do not set Network, InitialWeights or "
                    + "RedrawWeights.");
            }

            if (Network?.Module is { } module)
            {
                throw new ArgumentException(
                    $"The network '{Network.Name}' is the module '{module.RegisteredName}'; set ModuleName instead of Network.");
            }

            if (InitialWeights is not null && RedrawWeights)
            {
                throw new ArgumentException(
                    "InitialWeights and RedrawWeights are both set; RedrawWeights would replace the initial weights by random ones.");
            }

            if (ClassWeights is not [] && ClassWeighting != ClassWeighting.None)
            {
                throw new ArgumentException("ClassWeights and ClassWeighting are both set; use one of them.");
            }

            if (Mask is not null && PruneBiases != Mask.Parameters.Any(parameter => parameter.Shape.Length == 1))
            {
                throw new ArgumentException(
                    "Mask and PruneBiases do not fit each other: the mask must have biases if and only if PruneBiases is true.");
            }

            if (EarlyStopping is not null && ValidationSet is null && ValidationFraction == 0)
            {
                throw new ArgumentException(
                    "EarlyStopping needs images to validate on; set ValidationFraction, for example to 0.1, or ValidationSet.");
            }

            if (ValidationSet is not null && ValidationFraction > 0)
            {
                throw new ArgumentException("ValidationSet and ValidationFraction are both set; use one of them.");
            }

            return copy;
        }

        /// <summary>A copy with another network, other initial weights and another mask.</summary>
        internal Options With(NetworkDefinition network, NetworkWeights? initialWeights, PruningMask? mask)
        {
            var copy = (Options)MemberwiseClone();
            (copy.Network, copy.InitialWeights, copy.Mask) = (network, initialWeights, mask);
            return copy;
        }

        private void CheckAugmentation()
        {
            if (Augmentation is not { } augmentation)
            {
                return;
            }

            Check(augmentation.Shift >= 0, augmentation.Shift, "at least 0", "Augmentation.Shift");
            Check(augmentation.MinCropArea is > 0 and <= 1, augmentation.MinCropArea, "in (0, 1]", "Augmentation.MinCropArea");
            Check(augmentation.Rotation is >= 0 and <= 180, augmentation.Rotation, "from 0 to 180", "Augmentation.Rotation");
            Check(augmentation.Brightness is >= 0 and <= 1, augmentation.Brightness, "in [0, 1]", "Augmentation.Brightness");
            Check(augmentation.Contrast is >= 0 and <= 1, augmentation.Contrast, "in [0, 1]", "Augmentation.Contrast");
            Check(augmentation.Erasing is >= 0 and <= 1, augmentation.Erasing, "in [0, 1]", "Augmentation.Erasing");
        }

        private ModuleFactory? FindModuleFactory()
        {
            if (ModuleName is null || RegisteredModule.IsName(ModuleName))
            {
                return ModuleFactory ?? (ModuleName is null
                    ? null
                    : SnipModules.Find(ModuleName) ?? throw new ArgumentException(
                        $"ModuleName is '{ModuleName}', which is not registered; set ModuleFactory, or call SnipModules.Register before.",
                        nameof(ModuleName)));
            }

            throw new ArgumentException(
                $"ModuleName is '{ModuleName}'; it must have 1 to 100 letters, digits, '_', '-' and '.'.", nameof(ModuleName));
        }

        /// <summary>Whether a positive number is a normal number in single precision.</summary>
        private static bool IsSinglePrecision(double value) => float.IsNormal((float)value);

        /// <summary>
        /// Checks that the column names differ: an output column hides an input column of the same name, so evaluation would compare
        /// predictions with themselves.
        /// </summary>
        private void CheckNamesDiffer()
        {
            (string Option, string Name)[] names =
            [
                (nameof(LabelColumnName), LabelColumnName), (nameof(ImageColumnName), ImageColumnName),
                .. ExampleWeightColumnName is null
                    ? Array.Empty<(string, string)>()
                    : [(nameof(ExampleWeightColumnName), ExampleWeightColumnName)],
                (nameof(PredictedLabelColumnName), PredictedLabelColumnName), (nameof(ScoreColumnName), ScoreColumnName),
            ];
            if (names.GroupBy(entry => entry.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } shared)
            {
                throw new ArgumentException(
                    $"{string.Join(" and ", shared.Select(entry => entry.Option))} are both '{shared.Key}'; they must differ.");
            }
        }

        /// <summary>The parsed <see cref="Background"/> of checked options.</summary>
        internal Images.Background BackgroundColor => Images.Background.TryParse(Background)!.Value;

        private static void CheckName(string name, [CallerArgumentExpression(nameof(name))] string option = "")
        {
            if (string.IsNullOrWhiteSpace(name))
            {
                throw new ArgumentException($"{option} is empty; it must name a column.", option);
            }
        }

        private static void Check(bool holds, object? value, string expected, [CallerArgumentExpression(nameof(value))] string option = "")
        {
            if (!holds)
            {
                throw new ArgumentOutOfRangeException(
                    option, value, FormattableString.Invariant($"{option} is {value}; it must be {expected}."));
            }
        }

        private static void Check(
            bool holds, object?[]? value, string expected, [CallerArgumentExpression(nameof(value))] string option = "") =>
            Check(holds, value is null ? "null" : $"[{string.Join(", ", value.Select(entry => $"'{entry}'"))}]", expected, option);
    }
}
