using Microsoft.ML.Snip.Compaction;
using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Compaction;

/// <summary>Networks in which something stands where random ones seldom have it: the compacted network is the same function.</summary>
[TestClass]
public class CompactorSpecialCasesTests
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Constant_inputs_of_a_recurrent_layer_go_into_its_biases(bool lstm)
    {
        NetworkBuilder builder = NetworkDefinition.Build("test", new ImageShape(1, 3, 4)).RowsAsSequence().Linear(3).ReLU();
        NetworkDefinition definition = (lstm ? builder.Lstm(2) : builder.Gru(2)).LastStep().Linear(2).ToDefinition();

        // Units 0 and 2 of the linear layer have lost all their inputs and are always 1.5 and 2.
        SparseNetwork network = Make(
            definition, (name, row) => name == "fc1.weight" && row != 1,
            (name, index) => name == "fc1.bias" ? 1.5f + (index * 0.25f) : 0.1f * index);
        SparseNetwork compact = Compactor.Compact(network);
        Assert.AreEqual(1, compact.Definition.Layers.OfType<Linear>().First().Units);
        Evaluation.AssertSameFunction(network, compact, seed: 1);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Both_inputs_of_a_sum_may_be_what_goes(bool second)
    {
        NetworkBuilder builder = NetworkDefinition.Build("test", new ImageShape(1, 4, 4)).Conv2d(2, kernel: 3, padding: 1);
        string input = builder.Current;
        string branch = builder.Conv2d(2, kernel: 1).BatchNorm().Dropout(0.5).Current;
        string other = builder.From(input).Conv2d(2, kernel: 1).ReLU().Current;
        builder = second ? builder.Add(branch) : builder.From(branch).Add(other);
        NetworkDefinition definition = builder.ReLU().GlobalAveragePool().Linear(2).ToDefinition();
        SparseNetwork network = Make(definition, (_, _) => false, (_, index) => 0.3f + index), compact = Compactor.Compact(network);
        Assert.IsEmpty(compact.Definition.Layers.OfType<Dropout>());
        Assert.IsEmpty(compact.Definition.Layers.OfType<BatchNorm>());
        Evaluation.AssertSameFunction(network, compact, seed: 2);
    }

    [TestMethod]
    public void A_trained_network_is_what_its_mask_keeps()
    {
        NetworkBuilder builder = NetworkDefinition.Build("test", new ImageShape(1, 1, 3));
        NetworkDefinition definition = builder.Flatten().Linear(2).Linear(2).ToDefinition();
        using var module = new TorchNetwork(definition);
        module.LoadParameters(new Dictionary<string, float[]>
        {
            ["fc1.weight"] = [1, 0, 3, 4, 5, 6], ["fc1.bias"] = [7, 8], ["fc2.weight"] = [9, 10, 11, 12], ["fc2.bias"] = [0, 0],
        });

        // A weight that is kept and happens to be 0 stays; a layer that the mask does not name is kept whole.
        PruningMask mask = PruningMask.FromTensors([("fc1.weight", tensor(new[] { 0f, 1, 1, 0, 1, 0 }, [2, 3]))]);
        SparseNetwork network = TrainedNetwork.ToSparse(module, mask);
        CollectionAssert.AreEqual(new float[] { 0, 3, 5 }, network.Weights["fc1.weight"].Value);
        CollectionAssert.AreEqual(new[] { 1, 2, 1 }, network.Weights["fc1.weight"].Column);
        CollectionAssert.AreEqual(new[] { 0, 2, 3 }, network.Weights["fc1.weight"].RowStart);
        CollectionAssert.AreEqual(new float[] { 9, 10, 11, 12 }, network.Weights["fc2.weight"].Value);
        CollectionAssert.AreEqual(new float[] { 7, 8 }, network.Vectors["fc1.bias"]);
    }

    /// <summary>Random weights, some rows cut, and vectors as told.</summary>
    private static SparseNetwork Make(NetworkDefinition definition, Func<string, int, bool> isCut, Func<string, int, float> vector)
    {
        var random = new Random(3);
        var weights = new Dictionary<string, SparseMatrix>();
        var vectors = new Dictionary<string, float[]>();
        foreach (NetworkParameter parameter in definition.Parameters)
        {
            if (parameter.Role == ParameterRole.Weight)
            {
                float[] values = [.. Enumerable.Range(0, (int)parameter.Count).Select(_ => random.NextSingle() - 0.5f)];
                bool[] kept = [.. Enumerable.Range(0, values.Length).Select(index => !isCut(parameter.Name, index / (int)parameter.FanIn))];
                weights.Add(parameter.Name, SparseMatrix.FromDense(values, kept, parameter.Shape[0], (int)parameter.FanIn));
            }
            else
            {
                vectors.Add(parameter.Name, [.. Enumerable.Range(0, (int)parameter.Count).Select(index => vector(parameter.Name, index))]);
            }
        }

        return new SparseNetwork(definition, weights, vectors);
    }
}
