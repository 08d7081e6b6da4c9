using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Pruning;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Pruning;

[TestClass]
public class CollapseGuardTests
{
    private DisposeScope? _scope;

    [TestInitialize]
    public void OpenScope() => _scope = NewDisposeScope();

    [TestCleanup]
    public void CloseScope() => _scope!.Dispose();

    [TestMethod]
    public void A_layer_cut_whole_is_an_error_that_says_what_to_do()
    {
        PruningMask mask = MakeMask(("conv1.weight", [1, 0, 0]), ("conv2.weight", [0, 0]), ("fc.weight", [1, 1]));
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(() => CollapseGuard.Check(mask, 0.57, "SNIP"));
        foreach (string part in new[] { "'conv2' (2 connections)", "0.57", "SNIP", "3 of 7", "Lower Sparsity", "another criterion" })
        {
            StringAssert.Contains(error.Message, part);
        }

        Assert.DoesNotContain("'conv1'", error.Message);
    }

    [TestMethod]
    public void A_layer_with_any_weight_left_stands()
    {
        PruningMask mask = MakeMask(("rnn.weight_ih_l0", [0, 1]), ("rnn.weight_hh_l0", [0, 0]), ("fc.weight", [1, 1]));
        Assert.IsEmpty(CollapseGuard.FindCollapsedLayers(mask));
        CollapseGuard.Check(mask, 0.5, "SNIP");
    }

    [TestMethod]
    public void Biases_do_not_count()
    {
        PruningMask cutBiases = PruningMask.FromTensors([("fc.weight", ones(1, 2)), ("fc.bias", zeros(2))]);
        CollapseGuard.Check(cutBiases, 0.5, "SNIP");
        PruningMask keptBiases = PruningMask.FromTensors([("fc.weight", zeros(1, 2)), ("fc.bias", ones(2))]);
        Assert.AreEqual(("fc", 2L), CollapseGuard.FindCollapsedLayers(keptBiases).Single());
    }

    [TestMethod]
    public void A_network_of_one_layer_can_collapse() =>
        Assert.AreEqual("weight", CollapseGuard.FindCollapsedLayers(MakeMask(("weight", [0, 0]))).Single().Layer);

    /// <summary>stem -> conv -> add with the stem -> flatten -> fc: the residual branch may go, the stem may not.</summary>
    [TestMethod]
    public void A_residual_branch_cut_whole_is_accepted()
    {
        NetworkBuilder builder = NetworkDefinition.Build("residual", new ImageShape(1, 4, 4)).Conv2d(2, 3, padding: 1, name: "stem");
        string stem = builder.Current;
        NetworkDefinition network = builder.Conv2d(2, 3, padding: 1, name: "branch")
            .Add(stem)
            .Flatten()
            .Linear(2, name: "fc")
            .ToDefinition();
        PruningMask branchCut = MakeMask(("stem.weight", [1]), ("branch.weight", [0]), ("fc.weight", [1]));
        CollapseGuard.Check(branchCut, 0.5, "SNIP", network);
        Assert.ThrowsExactly<InvalidOperationException>(() => CollapseGuard.Check(branchCut, 0.5, "SNIP"));
        PruningMask stemCut = MakeMask(("stem.weight", [0]), ("branch.weight", [1]), ("fc.weight", [1]));
        Assert.ThrowsExactly<InvalidOperationException>(() => CollapseGuard.Check(stemCut, 0.5, "SNIP", network));
    }

    [TestMethod]
    public void A_recurrent_layer_that_sees_only_its_own_state_collapses()
    {
        Assert.HasCount(1, CollapseGuard.FindCollapsedLayers(MakeMask(("lstm.weight_ih_l0", [0, 0]), ("lstm.weight_hh_l0", [1, 1]))));
        Assert.IsEmpty(CollapseGuard.FindCollapsedLayers(MakeMask(("lstm.weight_ih_l0", [1, 0]), ("lstm.weight_hh_l0", [0, 0]))));
    }

    private static PruningMask MakeMask(params (string Name, float[] Bits)[] masks) =>
        PruningMask.FromTensors(masks.Select(mask => (mask.Name, torch.tensor(mask.Bits, [1, mask.Bits.Length]))));
}
