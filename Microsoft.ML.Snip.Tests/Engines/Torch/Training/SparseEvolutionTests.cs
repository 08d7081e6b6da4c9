using Microsoft.ML.Snip.Engines.Torch.Training;
using Microsoft.ML.Snip.Tests.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Engines.Torch.Training;

[TestClass]
public class SparseEvolutionTests
{
    /// <summary>Whatever the weights and the mask: the smallest kept ones go, cut ones come, and as many.</summary>
    [TestMethod]
    [DataRow(0.05)]
    [DataRow(0.5)]
    [DataRow(0.9)]
    [DataRow(1.0)]
    [DataRow(0.0)]
    public void TheSmallestKeptWeightsMakeWayForAsManyCutOnes(double density)
    {
        const int Rows = 20, Columns = 30;
        const double Share = 0.3;
        var random = new Random(3);
        for (int round = 0; round < 20; round++)
        {
            bool[] kept = [.. Enumerable.Range(0, Rows * Columns).Select(_ => random.NextDouble() < density)];
            float[] weights = [.. kept.Select(keep => keep ? (float)(random.NextDouble() - 0.5) : 0)];
            using DisposeScope scope = NewDisposeScope();
            using var evolution = new SparseEvolution(seed: round);
            (Tensor Dropped, Tensor Grown)? chosen = evolution.Choose(
                tensor(weights, [Rows, Columns]), tensor(kept, [Rows, Columns]).to(float32), Share);
            long[] gone = chosen is null ? [] : Marked(chosen.Value.Dropped), come = chosen is null ? [] : Marked(chosen.Value.Grown);
            int keptCount = kept.Count(true), expected = Math.Min((int)Math.Floor(Share * keptCount), kept.Length - keptCount);
            long[] smallest =
                [.. Enumerable.Range(0, kept.Length).Where(index => kept[index]).OrderBy(index => Math.Abs(weights[index])).Take(expected)];
            CollectionAssert.AreEquivalent(smallest, gone);
            Assert.HasCount(expected, come);
            Assert.IsTrue(Array.TrueForAll(come, index => !kept[index]), "a connection came that was there");
        }
    }

    [TestMethod]
    public void EveryCutConnectionIsAsLikelyToCome()
    {
        const int Draws = 4000, Cut = 50;
        using var evolution = new SparseEvolution(seed: 1);
        var counts = new int[100];
        for (int draw = 0; draw < Draws; draw++)
        {
            using DisposeScope scope = NewDisposeScope();
            foreach (long index in Marked(evolution.Choose(ones(100), cat([zeros(Cut), ones(Cut)]), fraction: 0.2)!.Value.Grown))
            {
                counts[index]++;
            }
        }

        // Of 50 cut ones 10 come: 800 times each, with a standard deviation of 25.
        Assert.IsTrue(counts.Take(Cut).All(count => count is > 650 and < 950), string.Join(' ', counts.Take(Cut)));
    }

    /// <summary>
    /// Both optimizers against their algorithms written out here, in float64, with two layers of one shape that must not be mixed up.
    /// </summary>
    [TestMethod]
    [DataRow(TrainingOptimizer.Sgd)]
    [DataRow(TrainingOptimizer.Adam)]
    public void WhatMovesStartsAfreshAndTheRestTrainsOn(TrainingOptimizer kind)
    {
        const int Side = 6, Count = Side * Side;
        const double Rate = 0.05, Momentum = 0.9, SquareDecay = 0.999, WeightDecay = 0.01, Share = 0.34;
        var random = new Random(5);
        double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() - 0.5)];
        using var scope = NewDisposeScope();
        using var network = nn.Sequential(
            ("a", nn.Linear(Side, Side, hasBias: false)), ("tanh", nn.Tanh()), ("b", nn.Linear(Side, Side, hasBias: false))).to(float64);
        var layers = network.named_parameters()
            .Select(entry => (entry.name, entry.parameter, State: new Reference(Draw(Count), Count)))
            .ToArray();
        using (no_grad())
        {
            foreach ((string name, Parameter parameter, Reference state) in layers)
            {
                for (int index = 0; index < Count; index++)
                {
                    // Of different density, so that the layers cannot be mixed up.
                    state.Kept[index] = random.Next(name == "a.weight" ? 2 : 4) == 0;
                    state.Weights[index] = state.Kept[index] ? state.Weights[index] : 0;
                }

                parameter.copy_(tensor(state.Weights, [Side, Side]));
            }
        }

        using var optimizer = new MaskedOptimizer(
            network, PruningMask.FromTensors(layers.Select(layer => (layer.name, tensor(layer.State.Kept, [Side, Side])))),
            OptimizerSettings.Of(kind, Momentum, WeightDecay));
        using var evolution = new SparseEvolution(seed: 9);
        for (int step = 1; step <= 9; step++)
        {
            network.forward(tensor(Draw(4 * Side), [4, Side])).square().sum().backward();
            foreach ((_, Parameter parameter, Reference state) in layers)
            {
                double[] gradient = parameter.grad!.data<double>().ToArray();
                for (int index = 0; index < Count; index++)
                {
                    double g = state.Kept[index] ? gradient[index] + (WeightDecay * state.Weights[index]) : 0;
                    if (kind == TrainingOptimizer.Sgd)
                    {
                        state.First[index] = (Momentum * state.First[index]) + g;
                        state.Weights[index] -= Rate * state.First[index];
                    }
                    else
                    {
                        state.First[index] = (Momentum * state.First[index]) + ((1 - Momentum) * g);
                        state.Second[index] = (SquareDecay * state.Second[index]) + ((1 - SquareDecay) * g * g);
                        state.Weights[index] -= Rate * (state.First[index] / (1 - Math.Pow(Momentum, step)))
                            / (Math.Sqrt(state.Second[index] / (1 - Math.Pow(SquareDecay, step))) + 1e-8);
                    }
                }
            }

            optimizer.Step(Rate, step);
            if (step % 3 == 0)
            {
                optimizer.UpdateMask(evolution, Share);
                PruningMask now = optimizer.ReadMask();
                foreach ((string name, _, Reference state) in layers)
                {
                    state.MoveTo(now.KeptOf(name));
                }
            }

            foreach ((string name, Parameter parameter, Reference state) in layers)
            {
                double[] weights = parameter.data<double>().ToArray();
                for (int index = 0; index < Count; index++)
                {
                    Assert.AreEqual(state.Weights[index], weights[index], 1e-12, $"{name} {index} after step {step}");
                }
            }
        }

    }

    /// <summary>A user's parameter may be a transposed view.</summary>
    [TestMethod]
    [DataRow(TrainingOptimizer.Sgd)]
    [DataRow(TrainingOptimizer.Adam)]
    public void WeightsMayLieInMemoryInAnyOrder(TrainingOptimizer kind)
    {
        using var scope = NewDisposeScope();
        using var network = nn.Linear(5, 3, hasBias: false);
        network.weight = new Parameter(arange(1, 16, float32).view(5, 3).t());
        Assert.IsFalse(network.weight.is_contiguous());
        Tensor kept = network.weight.detach().remainder(2).eq(0);
        using var optimizer = new MaskedOptimizer(
            network, PruningMask.FromTensors([("weight", kept)]), OptimizerSettings.Of(kind, momentum: 0, weightDecay: 0));
        using var evolution = new SparseEvolution(seed: 1);
        network.forward(ones(2, 5)).sum().backward();
        optimizer.Step(learningRate: 0, step: 1);
        optimizer.UpdateMask(evolution, fraction: 0.5);

        PruningMask now = optimizer.ReadMask();
        Assert.AreEqual(7, now.KeptCount);
        float[] left = [.. network.weight.contiguous().data<float>().ToArray().Where(weight => weight != 0).Order()];
        CollectionAssert.AreEqual(new float[] { 8, 10, 12, 14 }, left, "of 2, 4, ... 14 the smallest three make way");
    }

    private static long[] Marked(Tensor marks) => marks.flatten().nonzero().flatten().data<long>().ToArray();

    /// <summary>A layer's weights and what an optimizer remembers of them.</summary>
    private sealed record Reference(double[] Weights, int Count)
    {
        public bool[] Kept { get; } = new bool[Count];

        public double[] First { get; } = new double[Count];

        public double[] Second { get; } = new double[Count];

        public void MoveTo(ReadOnlySpan<bool> kept)
        {
            double average = Second.Sum() / Kept.Count(true);
            int grown = 0, dropped = 0;
            double smallestLeft = double.PositiveInfinity, largestGone = 0;
            for (int index = 0; index < Count; index++)
            {
                if (kept[index] == Kept[index])
                {
                    smallestLeft = kept[index] ? Math.Min(smallestLeft, Math.Abs(Weights[index])) : smallestLeft;
                    continue;
                }

                _ = kept[index] ? grown++ : dropped++;
                largestGone = kept[index] ? largestGone : Math.Max(largestGone, Math.Abs(Weights[index]));
                Weights[index] = First[index] = 0;
                Second[index] = kept[index] ? average : 0;
                Kept[index] = kept[index];
            }

            Assert.IsGreaterThan(0, grown);
            Assert.AreEqual(grown, dropped);
            Assert.IsLessThanOrEqualTo(smallestLeft, largestGone);
        }
    }
}
