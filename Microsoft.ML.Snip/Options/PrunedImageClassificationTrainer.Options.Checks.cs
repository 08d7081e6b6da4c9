using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip;

public sealed partial class PrunedImageClassificationTrainer
{
    /// <content>What the settings must be.</content>
    public sealed partial class Options
    {
        /// <summary>As many as a model file has room to tell of.</summary>
        private const int MaxEpochs = 10_000;

        /// <summary>Torch keeps something on the stack for each.</summary>
        private const int MaxThreads = 1024;

        private const string SinglePrecision = "from 1.2E-38 to 3.4E+38, as the training computes in single precision";

        /// <summary>A copy that passed every check.</summary>
        internal Options CopyChecked()
        {
            CheckName(LabelColumnName);
            CheckName(ImageColumnName);
            CheckName(PredictedLabelColumnName);
            CheckName(ScoreColumnName);
            CheckNamesDiffer();

            Check(Enum.IsDefined(InvalidImages), InvalidImages, "one of the ways to treat them");
            Check(Enum.IsDefined(Architecture), Architecture, "one of the architectures");
            Check(Images.Background.TryParse(Background) is not null, Background, Images.Background.Form);
            Check(Sparsity is >= 0 and < 1, Sparsity, "in [0, 1)");
            Check(
                Exclude is not null && Array.TrueForAll(Exclude, pattern => !string.IsNullOrEmpty(pattern)), Exclude,
                "a list of names, none of them empty");
            Check(
                LayerSparsities is not null
                    && Array.TrueForAll(LayerSparsities, entry => entry is { Pattern.Length: > 0, Sparsity: >= 0 and < 1 }),
                LayerSparsities,
                "a list of names, none of them empty, with sparsities in [0, 1)");
            Check(ScoringSampleCount is null or >= 1, ScoringSampleCount, "at least 1");
            Check(Epochs is >= 1 and <= MaxEpochs, Epochs, $"from 1 to {MaxEpochs}");
            Check(BatchSize >= 1, BatchSize, "at least 1");
            Check(Optimizer is null || Enum.IsDefined(Optimizer.Value), Optimizer, "one of the optimizers");
            Check(LearningRate is null or (> 0 and < double.PositiveInfinity), LearningRate, "above 0");
            Check(LearningRate is null || IsSinglePrecision(LearningRate.Value), LearningRate, SinglePrecision);
            Check(Momentum is >= 0 and < 1, Momentum, "in [0, 1)");
            Check((float)Momentum < 1, Momentum, "less than 1 in single precision too, in which the training computes");
            Check(WeightDecay is null or (>= 0 and < double.PositiveInfinity), WeightDecay, "at least 0");
            Check(WeightDecay is null or 0 || IsSinglePrecision(WeightDecay.Value), WeightDecay, $"0 or {SinglePrecision}");
            Check(Enum.IsDefined(LearningRateSchedule), LearningRateSchedule, "one of the schedules");
            Check(Augmentation is null or { Shift: >= 0 }, Augmentation?.Shift, "at least 0", "Augmentation.Shift");
            Check(DropFraction is >= 0 and < 1, DropFraction, "in [0, 1)");
            Check(MaskUpdateInterval >= 1, MaskUpdateInterval, "at least 1");
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
                    throw new ArgumentException($"ImageShape is {shape}, but the network '{Network.Name}' takes {Network.InputShape}.");
                }
            }

            var copy = (Options)MemberwiseClone();
            copy.Exclude = [.. Exclude!];
            copy.LayerSparsities = [.. LayerSparsities!];
            copy.ModuleFactory = FindModuleFactory();
            if (copy.ModuleFactory is not null && (Network is not null || InitialWeights is not null || RedrawWeights))
            {
                throw new ArgumentException("A module (ModuleFactory, ModuleName) brings its own layers and initial weights; leave out "
                    + "Network, InitialWeights and RedrawWeights.");
            }

            if (Network?.Module is { } module)
            {
                throw new ArgumentException(
                    $"The network '{Network.Name}' is the module '{module.RegisteredName}'; set ModuleName instead of Network.");
            }

            if (InitialWeights is not null && RedrawWeights)
            {
                throw new ArgumentException(
                    "InitialWeights and RedrawWeights are both set; RedrawWeights would put random weights in the place of those given.");
            }

            if (ValidationSet is not null && ValidationFraction > 0)
            {
                throw new ArgumentException("ValidationSet and ValidationFraction are both set; use one of them.");
            }

            return copy;
        }

        private ModuleFactory? FindModuleFactory()
        {
            if (ModuleName is null || RegisteredModule.IsName(ModuleName))
            {
                return ModuleFactory ?? (ModuleName is null ? null : SnipModules.Find(ModuleName)
                    ?? throw new ArgumentException($"ModuleName is '{ModuleName}', which is not registered; set ModuleFactory, or call "
                        + "SnipModules.Register before.", nameof(ModuleName)));
            }

            throw new ArgumentException(
                $"ModuleName is '{ModuleName}'; it takes 1 to 100 letters, digits, '_', '-' and '.'.", nameof(ModuleName));
        }

        /// <summary>Whether a number above 0 is one in single precision too, neither 0 nor infinite.</summary>
        private static bool IsSinglePrecision(double value) => float.IsNormal((float)value);

        /// <summary>
        /// An output column hides an input column of the same name: evaluation would then compare predictions with themselves.
        /// </summary>
        private void CheckNamesDiffer()
        {
            (string Option, string Name)[] names =
            [
                (nameof(LabelColumnName), LabelColumnName), (nameof(ImageColumnName), ImageColumnName),
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
