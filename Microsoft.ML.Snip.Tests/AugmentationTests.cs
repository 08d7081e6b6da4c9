namespace Microsoft.ML.Snip.Tests;

/// <summary>Augmentation through the front door: what it changes and what it must leave alone.</summary>
[TestClass]
public class AugmentationTests
{
    private static readonly Augmentation Changes = new() { Shift = 2, HorizontalFlip = true };

    [TestMethod]
    public void TheSameSeedGivesTheSameModelFileByteForByte()
    {
        byte[] plain = Fit(null), changed = Fit(Changes);
        CollectionAssert.AreNotEqual(plain, changed, "augmentation makes no difference");
        CollectionAssert.AreEqual(changed, Fit(Changes with { }), "the second fit differs");
        CollectionAssert.AreEqual(plain, Fit(new Augmentation()), "augmentation that asks for nothing makes a difference");
    }

    [TestMethod]
    public void ConnectionsAreScoredOnImagesAsTheyAreUnlessAskedOtherwise()
    {
        RecordingCriterion plain = Score(null), same = Score(Changes), changed = Score(Changes with { WhenScoring = true });
        CollectionAssert.AreEqual(plain.Images, same.Images);
        CollectionAssert.AreEqual(plain.Kept, same.Kept);
        CollectionAssert.AreNotEqual(plain.Images, changed.Images);
        CollectionAssert.AreNotEqual(plain.Kept, changed.Kept);
        CollectionAssert.AreEqual(changed.Images, Score(Changes with { WhenScoring = true }).Images, "the second fit differs");
    }

    [TestMethod]
    public void TheImagesToValidateOnAreLeftAsTheyAre()
    {
        // No learning: the network is the same after each epoch, and so is the loss on images that are.
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.LearningRate = 1e-30;
        options.WeightDecay = 0;
        options.Augmentation = Changes;
        options.ValidationFraction = 0.3;
        var mlContext = new MLContext(3);
        using PrunedImageClassificationTransformer model = Pipelines.Classifier(
            Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, 90)));
        Assert.HasCount(1, model.History.Epochs.Select(epoch => epoch.ValidationLoss!.Value).Distinct());
        double[] losses = [.. model.History.Epochs.Select(epoch => epoch.Loss)];
        Assert.IsGreaterThan(
            1e-4, losses.Max() - losses.Min(), "the training images do change, by more than the order in which losses are added up");
    }

    [TestMethod]
    public void AShiftOutOfSightIsRefused()
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => Fit(new Augmentation { Shift = SyntheticImages.Side }));
        StringAssert.Contains(exception.Message, "Augmentation.Shift is 16");
    }

    private static byte[] Fit(Augmentation? augmentation)
    {
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Augmentation = augmentation;
        var mlContext = new MLContext(7);
        using PrunedImageClassificationTransformer model = Pipelines.Classifier(
            Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, 90)));
        return Pipelines.ModelFile(model);
    }

    private static RecordingCriterion Score(Augmentation? augmentation)
    {
        var criterion = new RecordingCriterion();
        PrunedImageClassificationTrainer.Options options = Pipelines.FastOptions();
        options.Augmentation = augmentation;
        options.Criterion = criterion;
        options.Epochs = 1;
        var mlContext = new MLContext(7);
        Pipelines.Classifier(Pipelines.Create(mlContext, options).Fit(SyntheticImages.AsVectors(mlContext, 90))).Dispose();
        return criterion;
    }

    /// <summary>Scores like SNIP, and keeps the images that it was given, which must be the same each time they are gone through.</summary>
    private sealed class RecordingCriterion : IPruningCriterion
    {
        private readonly SnipCriterion _criterion = new();

        public float[] Images { get; private set; } = [];

        /// <summary>Whether each connection of the first layer is kept.</summary>
        public bool[] Kept { get; private set; } = [];

        public string Name => _criterion.Name;

        public PruningScores Score(PruningContext context)
        {
            Images = Read(context);
            CollectionAssert.AreEqual(Images, Read(context));
            PruningScores scores = _criterion.Score(context);
            Kept = PruningMask.Select(scores, context.Sparsity!.Value).KeptOf("fc1.weight").ToArray();
            return scores;
        }

        private static float[] Read(PruningContext context) =>
            [.. context.Batches.SelectMany(batch => batch.Inputs.data<float>().ToArray())];
    }
}
