using System.Text.Json;
using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Microsoft.ML.Snip.Engines.Torch.Training;
using Microsoft.ML.Snip.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Training;

[TestClass]
public class LearningRateScheduleTests
{
    [TestMethod]
    public void CosineStartsAtTheRateAndEndsNearZero()
    {
        Assert.AreEqual(0.3, LearningRateSchedule.Cosine.At(0.3, 0, 100), 1e-12);
        Assert.AreEqual(0.15, LearningRateSchedule.Cosine.At(0.3, 50, 100), 1e-12);
        Assert.AreEqual(0.3 * (1 - Math.Cos(Math.PI / 100)) / 2, LearningRateSchedule.Cosine.At(0.3, 99, 100), 1e-12);
    }

    [TestMethod]
    public void StepFallsATenthTwice()
    {
        double[] rates = [.. new long[] { 0, 7, 8, 9, 10, 11 }.Select(epoch => LearningRateSchedule.Step.At(1, epoch, 12))];
        CollectionAssert.AreEqual(new[] { 1, 1, 0.1, 0.1, 0.01, 0.01 }, rates);
    }

    [TestMethod]
    public void ConstantStays() => Assert.AreEqual(0.2, LearningRateSchedule.Constant.At(0.2, 99, 100));
}

[TestClass]
public class RandomStreamsTests
{
    [TestMethod]
    public void APurposeAlwaysGivesTheSameNumbersAndOthersDiffer()
    {
        var streams = new RandomStreams(5);
        Assert.AreEqual(streams.Create("a").Next(), new RandomStreams(5).Create("a").Next());
        Assert.AreNotEqual(streams.Create("a").Next(), streams.Create("b").Next());
        Assert.AreNotEqual(streams.Create("a").Next(), new RandomStreams(6).Create("a").Next());
    }

    [TestMethod]
    public void EveryBitOfASeedAndEveryLetterOfAPurposeCounts()
    {
        int[] seeds = [5, .. Enumerable.Range(0, 32).Select(bit => 5 ^ (1 << bit))];
        Assert.AreEqual(33, seeds.Select(seed => new RandomStreams(seed).Create("a").NextInt64()).Distinct().Count());
        string[] purposes = ["initial weights", "initial weightt", "jnitial weights", "initial weight", "weights initial"];
        Assert.AreEqual(5, purposes.Select(purpose => new RandomStreams(5).Create(purpose).NextInt64()).Distinct().Count());
    }
}

[TestClass]
public class TorchThreadsTests
{
    [TestMethod]
    public void SmallNetworksTrainOnOneThreadLargeOnesOnAllCores()
    {
        NetworkDefinition small = NetworkDefinition.FromArchitecture(NetworkArchitecture.LeNet300, new ImageShape(1, 28, 28), 10);
        NetworkDefinition large = NetworkDefinition.Build("wide", new ImageShape(3, 64, 64))
            .Conv2d(256, kernel: 3)
            .Conv2d(64, kernel: 3)
            .GlobalAveragePool()
            .Linear(10)
            .ToDefinition();
        Assert.AreEqual(1, TorchThreads.Choose(small, 100));
        Assert.AreEqual(Environment.ProcessorCount, TorchThreads.Choose(large, 100));
    }

    [TestMethod]
    public void TheNumberIsSetBackAfterwards()
    {
        int before = get_num_threads();
        using (new TorchThreads(before + 1))
        {
            Assert.AreEqual(before + 1, get_num_threads());
        }

        Assert.AreEqual(before, get_num_threads());
    }
}

[TestClass]
public class MaskedOptimizerTests
{
    /// <summary>
    /// Five steps against the run that the fixture holds, computed in float64 by another library with the mask in the forward pass.
    /// </summary>
    [TestMethod]
    public void FiveStepsEqualTheReferenceRun()
    {
        using JsonDocument fixture = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "mlp.json")));
        JsonElement root = fixture.RootElement, run = root.GetProperty("training");
        using var scope = NewDisposeScope();
        using var network = nn.Sequential(("fc1", nn.Linear(12, 10)), ("relu", nn.ReLU()), ("fc2", nn.Linear(10, 4))).to(float64);
        var parameters = network.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        using (no_grad())
        {
            foreach (JsonElement parameter in root.GetProperty("parameters").EnumerateArray())
            {
                parameters[parameter.GetProperty("name").GetString()!].copy_(Read(parameter));
            }
        }

        JsonElement mask = root.GetProperty("cases").GetProperty("weights_only").GetProperty("masks").EnumerateArray()
            .Single(entry => entry.GetProperty("sparsity").GetDouble() == 0.8).GetProperty("mask");
        Dictionary<string, Tensor> masks = mask.EnumerateObject().ToDictionary(
            entry => entry.Name,
            entry => tensor(entry.Value.EnumerateArray().Select(value => value.GetDouble()).ToArray(), parameters[entry.Name].shape));
        Tensor input = Read(root.GetProperty("input"));
        Tensor labels = tensor(root.GetProperty("labels").EnumerateArray().Select(label => label.GetInt64()).ToArray());
        using var optimizer = new MaskedOptimizer(
            network, PruningMask.FromTensors(masks.Select(pair => (pair.Key, pair.Value))),
            OptimizerSettings.Of(TrainingOptimizer.Sgd, momentum: 0.9, weightDecay: 5e-4));
        long step = 0;
        foreach (JsonElement expected in run.GetProperty("loss_before_each_step").EnumerateArray())
        {
            Tensor loss = nn.functional.cross_entropy(network.forward(input), labels);
            Assert.AreEqual(expected.GetDouble(), loss.item<double>(), 1e-10);
            loss.backward();
            optimizer.Step(0.1, ++step);
            foreach ((string name, Tensor kept) in masks)
            {
                Assert.IsTrue(parameters[name][kept.eq(0)].eq(0).all().item<bool>(), $"a cut weight of {name} is not 0");
            }
        }

        foreach (JsonElement expected in run.GetProperty("parameters_after").EnumerateArray())
        {
            Tensor difference = (parameters[expected.GetProperty("name").GetString()!] - Read(expected)).abs().max();
            Assert.IsLessThan(1e-12, difference.item<double>());
        }
    }

    /// <summary>Against algorithm 1 of the paper (Kingma and Ba, 2015) written out here, in float64.</summary>
    [TestMethod]
    public void AdamMovesKeptWeightsAsItsPaperSaysAndCutOnesNever()
    {
        double[] weights = [0.5, -0.25, 0.125, 2], inputs = [0.3, -4, 1e-3, 0.7], first = new double[4], second = new double[4];
        bool[] kept = [true, false, true, true];
        const double Rate = 0.01, Beta1 = 0.8, Beta2 = 0.999, Epsilon = 1e-8, WeightDecay = 0.1;
        using var scope = NewDisposeScope();
        using var network = nn.Linear(4, 1, hasBias: false).to(float64);
        using (no_grad())
        {
            network.weight.copy_(tensor(weights, [1, 4]));
        }

        weights[1] = 0;
        using var optimizer = new MaskedOptimizer(
            network,
            PruningMask.FromTensors([("weight", tensor(Array.ConvertAll(kept, keep => keep ? 1.0 : 0), [1, 4]))]),
            OptimizerSettings.Of(TrainingOptimizer.Adam, Beta1, WeightDecay));
        for (int step = 1; step <= 5; step++)
        {
            network.forward(tensor(inputs)).square().sum().backward();
            double output = weights.Zip(inputs, (weight, input) => weight * input).Sum();
            optimizer.Step(Rate, step);
            for (int i = 0; i < 4; i++)
            {
                double gradient = kept[i] ? (2 * output * inputs[i]) + (WeightDecay * weights[i]) : 0;
                first[i] = (Beta1 * first[i]) + ((1 - Beta1) * gradient);
                second[i] = (Beta2 * second[i]) + ((1 - Beta2) * gradient * gradient);
                weights[i] -= Rate * (first[i] / (1 - Math.Pow(Beta1, step))) / (
                    Math.Sqrt(second[i] / (1 - Math.Pow(Beta2, step))) + Epsilon);
                Assert.AreEqual(weights[i], network.weight[0, i].item<double>(), 1e-12, $"weight {i} after step {step}");
            }
        }

        Assert.AreEqual(0, network.weight[0, 1].item<double>());
    }

    /// <summary>
    /// The formulas are TorchSharp's, so that nobody's results change: the same floats, bit for bit, after each of 20 steps.
    /// </summary>
    [TestMethod]
    [DataRow(TrainingOptimizer.Sgd, 0.9, 5e-4)]
    [DataRow(TrainingOptimizer.Sgd, 0.0, 0.0)]
    [DataRow(TrainingOptimizer.Sgd, 0.9, 5e-4, true)]
    [DataRow(TrainingOptimizer.Adam, 0.9, 1e-3)]
    [DataRow(TrainingOptimizer.Adam, 0.8, 0.0)]
    [DataRow(TrainingOptimizer.AdamW, 0.9, 0.1)]
    public void StepsAreThoseOfTorchSharpsOptimizers(TrainingOptimizer kind, double momentum, double weightDecay, bool nesterov = false)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        using var ours = nn.Sequential(nn.Linear(9, 6), nn.ReLU(), nn.Linear(6, 4));
        using var theirs = nn.Sequential(nn.Linear(9, 6), nn.ReLU(), nn.Linear(6, 4));
        theirs.load_state_dict(ours.state_dict());
        PruningMask all = PruningMask.FromTensors(ours.named_parameters().Select(pair => (pair.name, ones_like(pair.parameter))));
        using var optimizer = new MaskedOptimizer(
            ours, all, OptimizerSettings.Of(kind, momentum, weightDecay) with { Nesterov = nesterov });
        using TorchSharp.Modules.OptimizerHelper reference = kind switch
        {
            TrainingOptimizer.Sgd => optim.SGD(
                theirs.parameters(), learningRate: 0.05, momentum: momentum, weight_decay: weightDecay, nesterov: nesterov),
            TrainingOptimizer.AdamW => optim.AdamW(
                theirs.parameters(), lr: 0.05, beta1: momentum, beta2: 0.999, weight_decay: weightDecay),
            _ => optim.Adam(theirs.parameters(), lr: 0.05, beta1: momentum, beta2: 0.999, weight_decay: weightDecay),
        };
        for (int step = 1; step <= 20; step++)
        {
            Tensor inputs = randn([5, 9], generator: generator), labels = arange(5, int64).remainder(4);
            nn.functional.cross_entropy(ours.forward(inputs), labels).backward();
            nn.functional.cross_entropy(theirs.forward(inputs), labels).backward();
            optimizer.Step(0.05, step);
            reference.step();
            reference.zero_grad();
            foreach (((string name, TorchSharp.Modules.Parameter actual),
                (_, TorchSharp.Modules.Parameter expected)) in ours.named_parameters().Zip(theirs.named_parameters()))
            {
                CollectionAssert.AreEqual(expected.data<float>().ToArray(), actual.data<float>().ToArray(), $"{name} after step {step}");
            }
        }
    }

    /// <summary>Without momentum, a step moves the parameters by the gradients, and so by at most the limit of their norm.</summary>
    [TestMethod]
    [DataRow(0.01)]
    [DataRow(1000)]
    public void GradientsAreScaledDownToTheLimit(double limit)
    {
        using var scope = NewDisposeScope();
        using var network = nn.Linear(9, 6);
        PruningMask all = PruningMask.FromTensors(network.named_parameters().Select(pair => (pair.name, ones_like(pair.parameter))));
        using var optimizer = new MaskedOptimizer(
            network, all, OptimizerSettings.Of(TrainingOptimizer.Sgd, momentum: 0, weightDecay: 0) with { MaxGradientNorm = limit });
        Tensor[] before = [.. network.parameters().Select(parameter => parameter.detach().clone())];
        network.forward(ones(5, 9)).sum().backward();
        double norm = Math.Sqrt(network.parameters().Sum(parameter => parameter.grad!.square().sum().item<float>()));
        optimizer.Step(1, step: 1);
        double moved = Math.Sqrt(network.parameters().Zip(before).Sum(
            pair => (pair.First.detach() - pair.Second).square().sum().item<float>()));
        Assert.AreEqual(Math.Min(norm, limit), moved, 1e-5 * Math.Min(norm, limit));
    }

    private static Tensor Read(JsonElement array) => tensor(
        array.GetProperty("data").EnumerateArray().Select(value => value.GetDouble()).ToArray(),
        array.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray());
}
