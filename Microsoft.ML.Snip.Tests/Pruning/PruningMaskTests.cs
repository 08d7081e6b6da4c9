using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Pruning;

[TestClass]
public class PruningMaskTests
{
    private DisposeScope? _scope;

    [TestInitialize]
    public void OpenScope() => _scope = NewDisposeScope();

    [TestCleanup]
    public void CloseScope() => _scope!.Dispose();

    [TestMethod]
    public void The_highest_scores_of_the_whole_network_are_kept()
    {
        PruningMask mask = PruningMask.Select(MakeScores(), 0.5);
        CollectionAssert.AreEqual(new[] { false, true, true, false }, mask.KeptOf("0.weight").ToArray());
        CollectionAssert.AreEqual(new[] { true, false }, mask.KeptOf("1.weight").ToArray());
        Assert.AreEqual(6, mask.ConnectionCount);
        Assert.AreEqual(3, mask.KeptCount);
        Assert.AreEqual(2, mask.KeptCountOf("0.weight"));
        Assert.AreEqual(1, mask.KeptCountOf("1.weight"));
        Assert.AreEqual(0.5, mask.Sparsity);
    }

    [TestMethod]
    public void Sparsity_is_what_rounding_left()
    {
        Assert.AreEqual(4, PruningMask.Select(MakeScores(), 0.3).KeptCount);
        Assert.AreEqual(1.0 / 3, PruningMask.Select(MakeScores(), 0.3).Sparsity, 1e-15);
        Assert.AreEqual(6, PruningMask.Select(MakeScores(), 0).KeptCount);
        Assert.AreEqual(0, PruningMask.Select(MakeScores(), 0.99).KeptCount);
    }

    [TestMethod]
    public void Layers_with_a_sparsity_of_their_own_compete_among_themselves()
    {
        PruningScores scores = PruningScores.FromTensors(
        [
            ("conv1.weight", torch.tensor(new[] { 1f, 2f }, [1, 2])),
            ("conv2.weight", torch.tensor(new[] { 9f, 8f }, [1, 2])),
            ("fc1.weight", torch.tensor(new[] { 5f, 3f, 4f, 6f }, [2, 2])),
            ("fc2.weight", torch.tensor(new[] { 7f, 0f, 0f, 0f }, [2, 2])),
        ]);
        PruningMask mask = PruningMask.Select(
            scores, 0.75, [new LayerSparsity("conv*", 0.5), new LayerSparsity("fc?.weight", 0.25), new LayerSparsity("fc2", 0)]);
        CollectionAssert.AreEqual(new[] { false, false }, mask.KeptOf("conv1.weight").ToArray());
        CollectionAssert.AreEqual(new[] { true, true }, mask.KeptOf("conv2.weight").ToArray());
        CollectionAssert.AreEqual(new[] { true, true, true, true }, mask.KeptOf("fc1.weight").ToArray());
        CollectionAssert.AreEqual(new[] { true, true, false, false }, mask.KeptOf("fc2.weight").ToArray());
        PruningMask others = PruningMask.Select(scores, 0.75, [new LayerSparsity("conv1", 0)]);
        Assert.AreEqual(2, others.KeptCountOf("conv1.weight"));
        Assert.AreEqual(2, others.KeptCountOf("conv2.weight"), "9 and 8 are the highest 2 of the other 10");
        Assert.AreEqual(0, others.KeptCountOf("fc1.weight"));
    }

    [TestMethod]
    public void A_sparsity_for_no_layer_is_refused()
    {
        string message = Assert.ThrowsExactly<ArgumentException>(
            () => PruningMask.Select(MakeScores(), 0.5, [new LayerSparsity("fc*", 0.5)])).Message;
        StringAssert.Contains(message, "'fc*'");
        StringAssert.Contains(message, "0, 1");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PruningMask.Select(MakeScores(), 0.5, [new LayerSparsity("*", 1)]));
    }

    [TestMethod]
    [DataRow(-0.01)]
    [DataRow(1.0)]
    [DataRow(95.0)]
    [DataRow(double.NaN)]
    public void Sparsity_outside_0_to_1_is_refused(double sparsity) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => PruningMask.Select(MakeScores(), sparsity));

    [TestMethod]
    public void Cut_weights_become_0_whatever_they_were_and_the_others_stay()
    {
        Sequential network = MakeNetwork();
        using (no_grad())
        {
            network.get_parameter("0.weight")!.copy_(torch.tensor(new[] { float.NaN, -2, 3, float.NegativeInfinity }, [2, 2]));
            network.get_parameter("1.weight")!.copy_(torch.tensor(new[] { 5f, -6 }, [1, 2]));
        }

        PruningMask.Select(MakeScores(), 0.5).ApplyTo(network);
        float[] first = Numbers(network, "0.weight");
        CollectionAssert.AreEqual(new[] { 0f, -2, 3, 0 }, first);
        Assert.IsFalse(float.IsNegative(first[3]));
        float[] second = Numbers(network, "1.weight");
        CollectionAssert.AreEqual(new[] { 5f, 0 }, second);
        Assert.IsFalse(float.IsNegative(second[1]));
        Assert.IsTrue(network.get_parameter("0.weight")!.requires_grad);
    }

    [TestMethod]
    public void A_network_that_does_not_fit_is_refused_and_stays_as_it_is()
    {
        PruningMask mask = PruningMask.Select(MakeScores(), 0.5);
        Sequential lacking = nn.Sequential(nn.Linear(2, 2, hasBias: false));
        Sequential other = nn.Sequential(nn.Linear(2, 2, hasBias: false), nn.Linear(2, 3, hasBias: false));
        float[] before = Numbers(other, "0.weight");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => mask.ApplyTo(lacking)).Message, "'1.weight'");
        string message = Assert.ThrowsExactly<ArgumentException>(() => mask.ApplyTo(other)).Message;
        StringAssert.Contains(message, "[1, 2]");
        StringAssert.Contains(message, "[3, 2]");
        CollectionAssert.AreEqual(before, Numbers(other, "0.weight"));
    }

    [TestMethod]
    public void Masks_are_tensors_of_any_type()
    {
        PruningMask mask = PruningMask.Select(MakeScores(), 0.5);
        Tensor bits = mask.TensorOf("0.weight");
        CollectionAssert.AreEqual(new[] { false, true, true, false }, bits.data<bool>().ToArray());
        CollectionAssert.AreEqual(new long[] { 2, 2 }, bits.shape);
        CollectionAssert.AreEqual(new[] { 0f, 1, 1, 0 }, mask.TensorOf("0.weight", ScalarType.Float32).data<float>().ToArray());
    }

    [TestMethod]
    public void A_mask_survives_the_way_through_tensors()
    {
        PruningMask mask = PruningMask.Select(MakeScores(), 0.5);
        PruningMask copy = PruningMask.FromTensors(
            mask.Parameters.Select(parameter => (parameter.Name, mask.TensorOf(parameter.Name, ScalarType.Float32))));
        Assert.AreEqual(mask.KeptCount, copy.KeptCount);
        foreach (PrunableParameter parameter in mask.Parameters)
        {
            CollectionAssert.AreEqual(mask.KeptOf(parameter.Name).ToArray(), copy.KeptOf(parameter.Name).ToArray());
        }

        Tensor transposed = torch.tensor(new[] { false, true, false, false }, [2, 2]).t();
        CollectionAssert.AreEqual(new[] { false, false, true, false }, PruningMask.FromTensors([("a", transposed)]).KeptOf("a").ToArray());
    }

    [TestMethod]
    public void Bound_masks_have_their_parameters_type_and_outlive_a_dispose_scope()
    {
        Sequential network = MakeNetwork();
        network.to(ScalarType.Float64);
        List<(string Name, Parameter Parameter, Tensor Mask)> bound;
        using (NewDisposeScope())
        {
            bound = PruningMask.Select(MakeScores(), 0.5).BindTo(network);
        }

        CollectionAssert.AreEqual(new[] { "0.weight", "1.weight" }, bound.ConvertAll(entry => entry.Name));
        CollectionAssert.AreEqual(new[] { 0.0, 1, 1, 0 }, bound[0].Mask.data<double>().ToArray());
        bound.ForEach(entry => entry.Mask.Dispose());
    }

    [TestMethod]
    public void Unknown_names_are_refused()
    {
        PruningMask mask = PruningMask.Select(MakeScores(), 0.5);
        Assert.ThrowsExactly<KeyNotFoundException>(() => mask.KeptCountOf("fc"));
        Assert.ThrowsExactly<KeyNotFoundException>(() => mask.KeptOf("fc").Length);
        Assert.ThrowsExactly<KeyNotFoundException>(() => mask.TensorOf("fc"));
    }

    private static PruningScores MakeScores() => PruningScores.FromTensors(
        [("0.weight", torch.tensor(new[] { 1f, 4f, 3f, 0f }, [2, 2])), ("1.weight", torch.tensor(new[] { 5f, 2f }, [1, 2]))]);

    private static Sequential MakeNetwork() => nn.Sequential(nn.Linear(2, 2, hasBias: false), nn.Linear(2, 1, hasBias: false));

    private static float[] Numbers(nn.Module network, string name) => network.get_parameter(name)!.detach().data<float>().ToArray();
}
