using Microsoft.ML.Snip.Images.Examples;

namespace Microsoft.ML.Snip.Tests.Training;

[TestClass]
public class ClassWeightingTests
{
    /// <summary>Three images of class 0, one of class 1, none of class 2: 4 / (2 * 3), 4 / (2 * 1) and nothing.</summary>
    [TestMethod]
    public void EveryClassThatOccursCountsTheSame() =>
        CollectionAssert.AreEqual(new[] { 2f / 3, 2, 0 }, ClassWeighting.Balanced.Of([], Images([0, 0, 1, 0])));

    [TestMethod]
    public void WithoutWeightingThereAreNoWeights() => Assert.IsNull(ClassWeighting.None.Of([], Images([0, 0, 1, 0])));

    [TestMethod]
    public void GivenWeightsAreThoseOfTheirClasses() => CollectionAssert.AreEqual(
        new[] { 1f, 0, 2.5f }, ClassWeighting.None.Of([new("c", 2.5), new("b", 0)], Images([0, 0, 1, 0])));

    [TestMethod]
    public void WeightsOfUnknownClassesAndOfNothingAreRefused()
    {
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => ClassWeighting.None.Of([new("d", 1)], Images([0]))).Message,
            "'d', which is not a class of the training data; the classes are a, b, c.");
        Assert.ThrowsExactly<ArgumentException>(() => ClassWeighting.None.Of([new("a", 0)], Images([0])));
    }

    private static ExampleSet Images(int[] labels)
    {
        var shape = new ImageShape(1, 1, 1);
        var pixels = new FloatPixelStore(shape);
        Array.ForEach(labels, _ => pixels.Add([1]));
        return ExampleSet.All(new ImageDataset(shape, new ClassLabels(ClassValueKind.Text, ["a", "b", "c"]), labels, pixels));
    }
}
