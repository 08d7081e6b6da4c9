using System.Globalization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Pruning;

/// <summary>Scores and masks against an independent implementation that differentiates an explicit mask variable in float64.</summary>
[TestClass]
public class FixtureTests
{
    public static IEnumerable<object[]> Cases =>
        new[] { "mlp", "mlp_zero_bias", "conv", "resblock_bn", "lstm", "gru" }
            .SelectMany(file => Fixture.Load(file).Cases.Keys.Select(name => new object[] { file, name }));

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Float64_scores_equal_the_gradients_of_the_mask(string file, string caseName)
    {
        using var scope = NewDisposeScope();
        FixtureCase expected = Fixture.Load(file).Cases[caseName];
        PruningScores scores = Score(file, caseName, ScalarType.Float64);
        CollectionAssert.AreEqual(expected.Prunable, scores.Parameters.Select(parameter => parameter.Name).ToArray());
        Assert.AreEqual(expected.M, scores.ConnectionCount);
        Assert.IsTrue(scores.IsDouble);
        AssertClose(expected.SumAbsGradient, scores.Total, 1e-10, 1e-13, "sum");
        foreach (PrunableParameter parameter in scores.Parameters)
        {
            CollectionAssert.AreEqual(expected.Score[parameter.Name].Shape, parameter.Shape.ToArray());
            AssertClose(expected.Score[parameter.Name].Data, scores.ValuesOf(parameter.Name), 1e-10, 1e-13, parameter.Name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Float32_scores_agree_to_single_precision(string file, string caseName)
    {
        using var scope = NewDisposeScope();
        FixtureCase expected = Fixture.Load(file).Cases[caseName];
        PruningScores scores = Score(file, caseName, ScalarType.Float32);
        Assert.IsFalse(scores.IsDouble);
        foreach (PrunableParameter parameter in scores.Parameters)
        {
            AssertClose(expected.Score[parameter.Name].Data, scores.ValuesOf(parameter.Name), 1e-4, 1e-7, parameter.Name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Masks_are_equal_in_both_precisions(string file, string caseName)
    {
        using var scope = NewDisposeScope();
        foreach (ScalarType dataType in new[] { ScalarType.Float64, ScalarType.Float32 })
        {
            PruningScores scores = Score(file, caseName, dataType);
            foreach (FixtureMask expected in Fixture.Load(file).Cases[caseName].Masks)
            {
                PruningMask mask = PruningMask.Select(scores, expected.Sparsity);
                string what = string.Create(CultureInfo.InvariantCulture, $"{dataType}, sparsity {expected.Sparsity}");
                Assert.AreEqual(expected.K, mask.KeptCount, what);
                foreach ((string name, int[] kept) in expected.Mask)
                {
                    CollectionAssert.AreEqual(Array.ConvertAll(kept, bit => bit == 1), mask.KeptOf(name).ToArray(), $"{what}, {name}");
                    Assert.AreEqual(expected.KeptPerParameter[name], mask.KeptCountOf(name), $"{what}, {name}");
                }
            }
        }
    }

    /// <summary>Five steps of SGD with momentum and weight decay: gradients masked before each step, weights after it.</summary>
    [TestMethod]
    public void Masked_training_follows_the_reference_and_keeps_cut_weights_at_zero()
    {
        using var scope = NewDisposeScope();
        Fixture fixture = Fixture.Load("mlp");
        TrainingRun run = fixture.Training!;
        nn.Module<Tensor, Tensor> network = fixture.CreateNetwork(ScalarType.Float64);
        PruningMask mask = PruningMask.Select(Score("mlp", run.Case, ScalarType.Float64), run.MaskOfSparsity);
        mask.ApplyTo(network);
        List<(string Name, Parameter Parameter, Tensor Mask)> masked = mask.BindTo(network);
        optim.Optimizer optimizer = optim.SGD(network.parameters(), 0.1, momentum: 0.9, weight_decay: 5e-4);
        Tensor inputs = fixture.InputTensor(ScalarType.Float64);
        Tensor labels = fixture.LabelTensor();
        foreach (double expectedLoss in run.LossBeforeEachStep)
        {
            optimizer.zero_grad();
            Tensor loss = nn.functional.cross_entropy(network.forward(inputs), labels);
            AssertClose(expectedLoss, loss.item<double>(), 1e-10, 1e-13, "loss");
            loss.backward();
            foreach ((_, Parameter parameter, Tensor bits) in masked)
            {
                parameter.grad!.mul_(bits);
            }

            optimizer.step();
            mask.ApplyTo(network);
        }

        Dictionary<string, Parameter> parameters = network.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach (NamedValues expected in run.ParametersAfter)
        {
            double[] actual = parameters[expected.Name].data<double>().ToArray();
            AssertClose(expected.Data, actual, 1e-10, 1e-13, expected.Name);
            if (mask.Parameters.Any(parameter => parameter.Name == expected.Name))
            {
                bool[] kept = mask.KeptOf(expected.Name).ToArray();
                Assert.IsTrue(actual.Zip(kept).All(pair => pair.Second || pair.First == 0), expected.Name);
            }
        }

        masked.ForEach(entry => entry.Mask.Dispose());
    }

    private static PruningScores Score(string file, string caseName, ScalarType dataType)
    {
        Fixture fixture = Fixture.Load(file);
        return ConnectionSensitivity.Score(
            fixture.CreateNetwork(dataType), fixture.InputTensor(dataType), fixture.LabelTensor(),
            includeBiases: caseName == "weights_and_biases", batchStatistics: fixture.Cases[caseName].TrainMode);
    }

    private static void AssertClose(double[] expected, double[] actual, double relative, double absolute, string what)
    {
        Assert.HasCount(expected.Length, actual, what);
        for (int at = 0; at < expected.Length; at++)
        {
            AssertClose(expected[at], actual[at], relative, absolute, $"{what}[{at}]");
        }
    }

    private static void AssertClose(double expected, double actual, double relative, double absolute, string what) =>
        Assert.AreEqual(expected, actual, Math.Max(relative * Math.Abs(expected), absolute), what);
}
