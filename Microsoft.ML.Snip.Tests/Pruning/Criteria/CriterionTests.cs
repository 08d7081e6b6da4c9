using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Pruning.Criteria;

/// <summary>The criteria that come with the library, and one of a user's own.</summary>
[TestClass]
public class CriterionTests
{
    private DisposeScope? _scope;

    [TestInitialize]
    public void OpenScope() => _scope = NewDisposeScope();

    [TestCleanup]
    public void CloseScope() => _scope!.Dispose();

    [TestMethod]
    public void Snip_is_connection_sensitivity()
    {
        Fixture fixture = Fixture.Load("resblock_bn");
        nn.Module<Tensor, Tensor> network = fixture.CreateNetwork(ScalarType.Float64);
        foreach (bool batchStatistics in new[] { false, true })
        {
            (Tensor, Tensor) batch = (fixture.InputTensor(ScalarType.Float64), fixture.LabelTensor());
            PruningScores scores = new SnipCriterion { BatchStatistics = batchStatistics }.Score(new PruningContext(network, [batch]));
            PruningScores expected = ConnectionSensitivity.Score(network, batch.Item1, batch.Item2, batchStatistics: batchStatistics);
            CollectionAssert.AreEqual(expected.ValuesOf("conv1.weight"), scores.ValuesOf("conv1.weight"));
        }
    }

    [TestMethod]
    public void Magnitude_is_the_absolute_weight()
    {
        Linear network = nn.Linear(2, 2);
        using (no_grad())
        {
            network.weight!.copy_(torch.tensor(new[] { -1f, 2, 0, -5 }, [2, 2]));
        }

        PruningScores scores = new MagnitudeCriterion().Score(new PruningContext(network, []));
        CollectionAssert.AreEqual(new[] { 0.125, 0.25, 0, 0.625 }, scores.ValuesOf("weight"));
        Assert.HasCount(1, scores.Parameters);
    }

    [TestMethod]
    public void Chance_repeats_with_its_seed_and_leaves_torch_alone()
    {
        Linear network = nn.Linear(20, 30);
        torch.manual_seed(5);
        float expected = rand(1).item<float>();
        torch.manual_seed(5);
        double[] first = Draw(1);
        CollectionAssert.AreEqual(first, Draw(1));
        CollectionAssert.AreNotEqual(first, Draw(2));
        Assert.AreEqual(expected, rand(1).item<float>());
        Assert.AreEqual(1.0, first.Sum(), 1e-6);
        Assert.AreEqual(600 / 2, first.Count(score => score > 1.0 / 600), 60);

        double[] Draw(int seed) =>
            new RandomCriterion().Score(new PruningContext(network, []) { Random = new Random(seed) }).ValuesOf("weight");
    }

    [TestMethod]
    public void A_criterion_of_ones_own_needs_one_method()
    {
        Linear network = nn.Linear(3, 2);
        IPruningCriterion criterion = new LastColumns();
        PruningMask mask = PruningMask.Select(criterion.Score(new PruningContext(network, []) { IncludeBiases = true }), 0.75);
        CollectionAssert.AreEqual(new[] { false, false, true, false, false, true }, mask.KeptOf("weight").ToArray());
        Assert.AreEqual(0, mask.KeptCountOf("bias"));
    }

    private sealed class LastColumns : IPruningCriterion
    {
        public string Name => "last columns";

        public PruningScores Score(PruningContext context) => PruningScores.FromTensors(
            context.FindPrunableParameters().Select(entry =>
                (entry.Name, ScoreColumns(entry.Parameter.shape))));

        private static Tensor ScoreColumns(long[] shape) =>
            shape.Length == 2 ? arange(shape[1], ScalarType.Float32).expand(shape) : zeros(shape);
    }
}
