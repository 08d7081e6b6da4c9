using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Tests.Networks;

namespace Microsoft.ML.Snip.Tests.Formats.Model;

[TestClass]
public class ModelFileSizeTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(0.90, 4.0)]
    [DataRow(0.95, 4.0)]
    [DataRow(0.98, 4.0)]
    [DataRow(0.99, 4.2)]
    public void A_kept_weight_takes_about_four_bytes(double sparsity, double max)
    {
        SparseNetwork network = MakeTrainedLeNet300(sparsity, new Random(42));
        var empty = new SparseNetwork(
            network.Definition,
            network.Weights.ToDictionary(
                pair => pair.Key, pair => new SparseMatrix(pair.Value.Rows, pair.Value.Columns, new int[pair.Value.Rows + 1], [], [])),
            network.Vectors);
        int weights = SampleModels.Write(SampleModels.Describe(network, new Random(1))).Length;
        int rest = SampleModels.Write(SampleModels.Describe(empty, new Random(1))).Length;
        double bytes = (weights - rest) / (double)network.KeptCount;
        TestContext.WriteLine($"{sparsity:P0}: {bytes:F3} bytes for each of {network.KeptCount} kept weights; {rest} bytes for the rest");
        Assert.IsLessThanOrEqualTo(max, bytes);
    }

    [TestMethod]
    public void A_dense_layer_takes_no_bytes_for_positions()
    {
        NetworkDefinition definition = NetworkDefinition.Build("dense", new ImageShape(1, 28, 28)).Flatten().Linear(100).ToDefinition();
        SparseNetwork network = RandomNetwork.DrawParameters(definition, density: 1, new Random(3));
        double bytes = SampleModels.Write(SampleModels.Describe(network, new Random(1))).Length / (double)network.KeptCount;
        Assert.IsLessThanOrEqualTo(3.7, bytes);
    }

    /// <summary>
    /// Weights kept by connection sensitivity as on images of digits: a connection's score is its initial weight times a normal gradient,
    /// which grows from nothing at the image's border to its middle and is larger in later layers. Trained weights are normal, whatever
    /// they were.
    /// </summary>
    private static SparseNetwork MakeTrainedLeNet300(double sparsity, Random random)
    {
        NetworkDefinition definition = NetworkDefinition.FromArchitecture(NetworkArchitecture.LeNet300, new ImageShape(1, 28, 28), 10);
        Dictionary<string, float[]> values = WeightInitializer.Draw(definition, random);
        var scores = new Dictionary<string, double[]>();
        foreach (NetworkParameter parameter in definition.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight))
        {
            int columns = (int)parameter.FanIn;
            double layer = columns switch { 784 => 1, 300 => 3, _ => 10 };
            scores[parameter.Name] = [.. values[parameter.Name].Select((weight, index) => Math.Abs(
                weight * RandomNetwork.Normal(random) * layer * (columns == 784 ? Ink(index % columns) : 1)))];
        }

        double[] sorted = [.. scores.Values.SelectMany(score => score).OrderDescending()];
        double threshold = sorted[(int)Math.Round(sorted.Length * (1 - sparsity))];
        var weights = new Dictionary<string, SparseMatrix>();
        foreach ((string name, double[] score) in scores)
        {
            float[] trained = [.. values[name].Select(_ => RandomNetwork.Normal(random))];
            int rows = definition.Parameters.Single(parameter => parameter.Name == name).Shape[0];
            weights[name] = SparseMatrix.FromDense(trained, [.. score.Select(number => number > threshold)], rows, trained.Length / rows);
        }

        return new SparseNetwork(definition, weights, values.Where(pair => !weights.ContainsKey(pair.Key)).ToDictionary());
    }

    /// <summary>
    /// How much a pixel of a 28x28 image of a digit varies: a hill over the middle 20x20, nothing in the border of 4 pixels.
    /// </summary>
    private static double Ink(int pixel)
    {
        double y = ((pixel / 28) - 13.5) / 10, x = ((pixel % 28) - 13.5) / 10;
        return Math.Max(0, 1 - (y * y)) * Math.Max(0, 1 - (x * x));
    }
}
