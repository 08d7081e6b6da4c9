using System.Globalization;
using Microsoft.ML.Snip.DataViews.Loading;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Training;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>Reads the examples from the rows.</summary>
internal static class ReadingStage
{
    public static FitData Run(Options options, IDataView input, RandomStreams random, Action checkAlive, FitLog log)
    {
        (ExampleSet training, ExampleSet? validation) = ReadExamples(options, input, random, checkAlive, log);
        if (options.Augmentation is { } augmentation)
        {
            Augmenter.CheckFits(augmentation, training.Dataset.Shape);
        }

        PixelNormalization normalization = options.InitialWeights?.Origin is { } origin && origin.Normalization.Mean.Length
            == training.Dataset.Shape.Channels
            ? origin.Normalization
            : training.Dataset.ComputeNormalization(training.Examples, checkAlive);
        return new FitData(training, validation, normalization);
    }

    private static (ExampleSet Training, ExampleSet? Validation) ReadExamples(
        Options options, IDataView input, RandomStreams random, Action checkAlive, FitLog log)
    {
        var loader = new ImageDatasetLoader(options.LabelColumnName, options.ImageColumnName, checkAlive, log.Warn)
        {
            Background = options.BackgroundColor,
            InvalidImages = options.InvalidImages,
            Inform = log.Info,
            MaxBytes = (long)options.CacheMegabytes << 20,
            WeightColumnName = options.ExampleWeightColumnName,
        };
        ImageDataset dataset = loader.LoadTrainingSet(input, options.Network?.InputShape ?? options.ImageShape);
        if (options.ValidationSet is not null)
        {
            return (ExampleSet.All(dataset), ExampleSet.All(loader.LoadValidationSet(options.ValidationSet, dataset)));
        }

        if (options.ValidationFraction > 0)
        {
            (int[] train, int[] validation) = StratifiedSplit.Split(
                dataset.Labels, options.ValidationFraction, random.Create("validation split"));
            if (validation.Length > 0)
            {
                return (new ExampleSet(dataset, train), new ExampleSet(dataset, validation));
            }

            log.Warn(string.Create(
                CultureInfo.InvariantCulture,
                $"No validation set is held out: a ValidationFraction of {options.ValidationFraction} of {dataset.Count} rows is less than "
                + $"one row."));
        }

        return (ExampleSet.All(dataset), null);
    }
}
