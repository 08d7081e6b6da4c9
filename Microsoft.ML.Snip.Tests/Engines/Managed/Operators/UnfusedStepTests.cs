using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Engines.Managed.Operators;

/// <summary>Layers that no step before them can take up, which random networks seldom have, against the formulas.</summary>
[TestClass]
public class UnfusedStepTests
{
    private static NetworkBuilder Start => NetworkDefinition.Build("test", new ImageShape(2, 7, 9));

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void ASumOfTwoPoolings(bool rectified)
    {
        NetworkBuilder builder = Start.MaxPool(2);
        string one = builder.Current;
        builder.From(NetworkDefinition.InputName).AvgPool(2).Add(one);
        Check((rectified ? builder.ReLU() : builder).Flatten().Linear(4).ToDefinition());
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void ABatchNormOfAPoolingWhoseEpsilonCounts(bool rectified)
    {
        NetworkBuilder builder = Start.MaxPool(3, 2, padding: 1).BatchNorm(epsilon: 0.7);
        Check((rectified ? builder.ReLU() : builder).Flatten().Linear(4).ToDefinition());
    }

    [TestMethod]
    public void ABatchNormOfAVector() => Check(Start.GlobalAveragePool().BatchNorm(epsilon: 0.7).Linear(4).ToDefinition());

    [TestMethod]
    public void ARectifierOfTheImage() => Check(Start.ReLU().Flatten().Linear(4).ToDefinition());

    [TestMethod]
    public void AResidualThatIsComputedLater()
    {
        NetworkBuilder builder = Start.Conv2d(3, kernel: 3, padding: 1);
        string first = builder.Current;
        builder.From(NetworkDefinition.InputName).Conv2d(3, kernel: 3, padding: 1);
        string second = builder.Current;
        Check(builder.From(first).Add(second).ReLU().GlobalAveragePool().Linear(4).ToDefinition());
    }

    [TestMethod]
    public void ALinearLayerOfASequenceWithARectifier() =>
        Check(Start.RowsAsSequence().Linear(5).ReLU().Lstm(3).Linear(4).ReLU().LastStep().ToDefinition());

    private static void Check(NetworkDefinition definition)
    {
        var random = new Random(15);
        SparseNetwork network = RandomNetworks.Network(definition, random, density: 0.8);
        float[] images = RandomNetworks.Numbers(17 * definition.InputShape.Count, random);
        double[] expected = [.. images.Chunk(definition.InputShape.Count).SelectMany(image => ReferenceNetwork.Predict(network, image))];
        foreach (VectorPath path in VectorPaths.All)
        {
            foreach (int count in new[] { 1, 5, 17 })
            {
                var actual = new float[count * definition.ClassCount];
                new SparseExecutor(network, softmax: false, path: path).Predict(
                    images.AsSpan(0, count * definition.InputShape.Count), count, actual);
                for (int index = 0; index < actual.Length; index++)
                {
                    Assert.AreEqual(expected[index], actual[index], 1e-4, $"{path}, {count} images, number {index}");
                }
            }
        }
    }
}
