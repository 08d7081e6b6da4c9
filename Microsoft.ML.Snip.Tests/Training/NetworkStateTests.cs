using Microsoft.ML.Snip.Tests.Engines.Managed.Training;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Tests.Training;

/// <summary>The state that engines give and take, with batch norm and with masks that change.</summary>
[TestClass]
public class NetworkStateTests
{
    private const double Rate = 0.01;

    public static IEnumerable<object[]> Cases =>
        from engine in (TrainingEngine[])[TrainingEngine.Managed, TrainingEngine.Torch]
        from optimizer in Enum.GetValues<TrainingOptimizer>()
        select new object[] { engine, optimizer };

    /// <summary>Another engine goes on from the state as the first one does, bit for bit.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void AnotherEngineGoesOnFromAState(TrainingEngine kind, TrainingOptimizer optimizer)
    {
        using EnginePair here = Make(optimizer), there = Make(optimizer);
        ITrainingEngine first = here.Of(kind), second = there.Of(kind);
        Train(first, here, steps: 3);
        NetworkState state = first.Read(withOptimizer: true);
        Train(first, here, steps: 3);
        second.Write(state);
        AssertEqual(state, second.Read(withOptimizer: true));
        Train(second, there, steps: 3);
        AssertEqual(first.Read(withOptimizer: true), second.Read(withOptimizer: true));
        Assert.AreEqual(here.Evaluate(first), there.Evaluate(second));
    }

    [TestMethod]
    [DataRow(TrainingEngine.Managed)]
    [DataRow(TrainingEngine.Torch)]
    public void AnEngineReturnsToWeightsAndMaskWithoutTheOptimizer(TrainingEngine kind)
    {
        using EnginePair pair = Make(TrainingOptimizer.Adam);
        ITrainingEngine engine = pair.Of(kind);
        Train(engine, pair, steps: 2);
        (double, long) expected = pair.Evaluate(engine);
        NetworkState state = engine.Read(withOptimizer: false);
        Assert.IsTrue(state.Parameters.Values.All(parameter => parameter.Means.Length == 0 && parameter.MeanSquares.Length == 0));
        Train(engine, pair, steps: 3);
        Assert.AreNotEqual(expected, pair.Evaluate(engine));
        engine.Write(state);
        Assert.AreEqual(expected, pair.Evaluate(engine));
        AssertEqual(state, engine.Read(withOptimizer: false));
        NetworkState fresh = engine.Read(withOptimizer: true);
        Assert.IsTrue(fresh.Parameters.Values.All(parameter => parameter.Means.All(mean => mean == 0)), "the optimizer starts anew");
    }

    /// <summary>Both engines describe a network in the same way, so one goes on from the other's state.</summary>
    [TestMethod]
    [DataRow(TrainingEngine.Managed, TrainingEngine.Torch)]
    [DataRow(TrainingEngine.Torch, TrainingEngine.Managed)]
    public void TheOtherEngineGoesOnToo(TrainingEngine from, TrainingEngine to)
    {
        using EnginePair here = Make(TrainingOptimizer.Sgd), there = Make(TrainingOptimizer.Sgd);
        Train(here.Of(from), here, steps: 3);
        NetworkState state = here.Of(from).Read(withOptimizer: true);
        there.Of(to).Write(state with { Buffers = WithCounters(state, there.Of(to)) });
        (double expected, _) = here.Evaluate(here.Of(from));
        (double found, _) = there.Evaluate(there.Of(to));
        Assert.AreEqual(expected, found, 1e-4 * expected);
        AssertEqual(state.Parameters, there.Of(to).Read(withOptimizer: true).Parameters);
    }

    /// <summary>TorchSharp counts the batches of a batch norm, which nothing uses.</summary>
    private static Dictionary<string, byte[]> WithCounters(NetworkState state, ITrainingEngine target) =>
        target.Read(withOptimizer: false).Buffers.ToDictionary(
            entry => entry.Key, entry => state.Buffers.GetValueOrDefault(entry.Key, entry.Value));

    private static EnginePair Make(TrainingOptimizer optimizer) => new(
        LayerNetworks.Build("batch norm with ReLU"),
        OptimizerSettings.Of(optimizer, momentum: 0.9, weightDecay: 0.001) with { DropFraction = 0.3, BatchSize = 30 },
        images: 30, seed: 9, density: 0.4);

    private static void Train(ITrainingEngine engine, EnginePair pair, int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            engine.Step(pair.Batch, Rate);
            engine.UpdateMask(0.3);
        }
    }

    private static void AssertEqual(NetworkState expected, NetworkState found)
    {
        Assert.AreEqual(expected.Step, found.Step);
        foreach (PrunableParameter parameter in expected.Mask.Parameters)
        {
            CollectionAssert.AreEqual(
                expected.Mask.KeptOf(parameter.Name).ToArray(), found.Mask.KeptOf(parameter.Name).ToArray(), parameter.Name);
        }

        AssertEqual(expected.Parameters, found.Parameters);
        CollectionAssert.AreEquivalent(expected.Buffers.Keys.ToArray(), found.Buffers.Keys.ToArray());
        foreach ((string name, byte[] buffer) in expected.Buffers)
        {
            CollectionAssert.AreEqual(buffer, found.Buffers[name], name);
        }
    }

    private static void AssertEqual(
        IReadOnlyDictionary<string, ParameterState> expected, IReadOnlyDictionary<string, ParameterState> found)
    {
        CollectionAssert.AreEquivalent(expected.Keys.ToArray(), found.Keys.ToArray());
        foreach ((string name, ParameterState parameter) in expected)
        {
            CollectionAssert.AreEqual(parameter.Values, found[name].Values, name);
            CollectionAssert.AreEqual(parameter.Means, found[name].Means, name);
            CollectionAssert.AreEqual(parameter.MeanSquares, found[name].MeanSquares, name);
        }
    }
}
