using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Tests.Networks;

/// <summary>Variance scaling: a normal distribution cut off at two standard deviations, of variance 1 / fan-in.</summary>
[TestClass]
public class WeightInitializerTests
{
    private static readonly NetworkDefinition Network = NetworkDefinition.FromArchitecture(
        NetworkArchitecture.LeNet5, new ImageShape(1, 28, 28), 10);

    [TestMethod]
    [DataRow("fc1.weight", 800)]
    [DataRow("conv2.weight", 500)]
    public void Weights_have_mean_0_and_variance_1_over_fan_in_and_are_cut_off(string name, int fanIn)
    {
        float[] values = WeightInitializer.Draw(Network, new Random(1))[name];
        double mean = values.Average(value => (double)value);
        double variance = values.Average(value => (double)value * value);
        double sigma = Math.Sqrt(1.0 / fanIn);
        Assert.AreEqual(0, mean, 4 * sigma / Math.Sqrt(values.Length));
        Assert.AreEqual(1.0 / fanIn, variance, 0.03 / fanIn);
        // Cut off at two deviations of the normal distribution before it was cut, whose variance 0.774 of the cut one makes 1.
        double limit = 2 * sigma / 0.8796256610342398;
        double largest = values.Max(value => Math.Abs((double)value));
        Assert.IsTrue(largest <= limit * 1.000001 && largest > 0.99 * limit, $"{largest} against {limit}");
    }

    [TestMethod]
    public void Within_one_deviation_lie_as_many_as_of_a_truncated_normal_distribution()
    {
        float[] values = WeightInitializer.Draw(Network, new Random(2))["fc1.weight"];
        double deviation = Math.Sqrt(1.0 / 800) / 0.8796256610342398;
        double share = values.Count(value => Math.Abs(value) < deviation) / (double)values.Length;
        Assert.AreEqual(0.682689 / 0.954500, share, 0.004);
    }

    [TestMethod]
    public void Biases_and_shifts_are_0_and_gains_and_variances_1()
    {
        NetworkDefinition network = SampleNetworks.Residual();
        Dictionary<string, float[]> values = WeightInitializer.Draw(network, new Random(3));
        foreach (NetworkParameter parameter in network.Parameters.Where(parameter => parameter.Role != ParameterRole.Weight))
        {
            float expected = parameter.Role is ParameterRole.Gamma or ParameterRole.RunningVariance ? 1 : 0;
            Assert.IsTrue(Array.TrueForAll(values[parameter.Name], value => value == expected), parameter.Name);
        }

        CollectionAssert.AreEquivalent(network.Parameters.Select(parameter => parameter.Name).ToArray(), values.Keys.ToArray());
    }

    [TestMethod]
    public void Gates_start_so_that_a_state_is_a_running_mean()
    {
        NetworkDefinition network = NetworkDefinition.Build("gates", new ImageShape(1, 4, 4))
            .RowsAsSequence()
            .Lstm(2)
            .Gru(3)
            .LastStep()
            .Linear(2)
            .ToDefinition();
        Dictionary<string, float[]> values = WeightInitializer.Draw(network, new Random(3));
        CollectionAssert.AreEqual(new float[] { -2, -2, 2, 2, 0, 0, 1, 1 }, values["lstm1.bias_ih_l0"]);
        CollectionAssert.AreEqual(new float[] { 1, 1, 1, 1, 1, 1, 0, 0, 0 }, values["gru1.bias_ih_l0"]);
        Assert.IsTrue(Array.TrueForAll([.. values["lstm1.bias_hh_l0"], .. values["gru1.bias_hh_l0"]], value => value == 0));
    }

    [TestMethod]
    [DataRow(0.0, 1.0)]
    [DataRow(0.75, 2.0)]
    [DataRow(0.95, 3.0)]
    public void Weights_between_hidden_units_are_larger_the_more_are_cut(double sparsity, double gain)
    {
        NetworkDefinition network = NetworkDefinition.FromArchitecture(NetworkArchitecture.GruS, new ImageShape(1, 28, 28), 10);
        Dictionary<string, float[]> values = WeightInitializer.Draw(network, new Random(3), sparsity),
            dense = WeightInitializer.Draw(network, new Random(3));
        double deviation = Math.Sqrt(values["gru1.weight_hh_l0"].Average(value => (double)value * value));
        Assert.AreEqual(gain / Math.Sqrt(128), deviation, 0.01 * deviation);
        CollectionAssert.AreEqual(dense["gru1.weight_ih_l0"], values["gru1.weight_ih_l0"]);
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_weights()
    {
        float[] first = WeightInitializer.Draw(Network, new Random(4))["conv1.weight"];
        CollectionAssert.AreEqual(first, WeightInitializer.Draw(Network, new Random(4))["conv1.weight"]);
        CollectionAssert.AreNotEqual(first, WeightInitializer.Draw(Network, new Random(5))["conv1.weight"]);
    }
}
