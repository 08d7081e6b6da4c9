using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Tests.Training;

[TestClass]
public class EffectiveExamplesTests
{
    [TestMethod]
    public void EqualWeightsDoNotChangeTheRate()
    {
        Assert.AreEqual(1, EffectiveExamples.RateFactor(Examples([0, 1, 1], null), null));
        Assert.AreEqual(1, EffectiveExamples.RateFactor(Examples([0, 1, 1], [3, 3, 3]), [2, 2]), 1e-12);
    }

    /// <summary>Weights 2, 1, 1 and 0: 16 / 6 effective examples of 4, and the root of two thirds.</summary>
    [TestMethod]
    public void UnevenWeightsLowerIt()
    {
        double expected = Math.Sqrt(16.0 / 6 / 4);
        Assert.AreEqual(expected, EffectiveExamples.RateFactor(Examples([0, 1, 1, 2], null), [2, 1, 0]), 1e-12);
        Assert.AreEqual(expected, EffectiveExamples.RateFactor(Examples([0, 1, 1, 2], [2, 1, 1, 0]), null), 1e-12);
        Assert.AreEqual(expected, EffectiveExamples.RateFactor(Examples([0, 1, 1, 2], [4, 1, 1, 9]), [0.5f, 1, 0]), 1e-12);
    }

    private static ExampleSet Examples(int[] labels, float[]? weights)
    {
        var shape = new ImageShape(1, 1, 1);
        return ExampleSet.All(new ImageDataset(
            shape, new ClassLabels(ClassValueKind.Text, ["a", "b", "c"]), labels, new BytePixelStore(shape, labels.Length))
        {
            Weights = weights,
        });
    }
}
