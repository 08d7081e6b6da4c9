using Microsoft.ML.Snip.Compaction;
using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Engines.Torch.Training;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Tests.Formats.Model;
using Microsoft.ML.Snip.Tests.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Networks;

/// <summary>
/// Each kind of layer, in a small network, beside the same network of TorchSharp's own modules: forward, one training step under a mask,
/// compaction, prediction by every vector path, and the model file, to 1e-5.
/// </summary>
[TestClass]
public class LayerParityTests
{
    private const int Images = 6;
    private static readonly ImageShape Shape = new(2, 9, 9);

    public static IEnumerable<object[]> Convertible =>
    [
        ["grouped convolution", nn.Sequential(nn.Conv2d(2, 6, 3, padding: 1L, groups: 2), nn.ReLU(), nn.Flatten(), nn.Linear(486, 3))],
        ["depthwise convolution", nn.Sequential(nn.Conv2d(2, 6, 3), nn.Conv2d(6, 6, 3, stride: 2, groups: 6), nn.ReLU(), nn.Flatten(),
        nn.Linear(54, 3))],
        ["dilated convolution", nn.Sequential(nn.Conv2d(2, 5, 3, padding: 2L, dilation: 2), nn.ReLU(), nn.Flatten(), nn.Linear(405, 3))],
        ["LeakyReLU", Between(nn.LeakyReLU(0.2))],
        ["ReLU6", Between(nn.ReLU6())],
        ["SiLU", Between(nn.SiLU())],
        ["Hardswish", Between(nn.Hardswish())],
        ["Sigmoid", Between(nn.Sigmoid())],
        ["Tanh", Between(nn.Tanh())],
        ["GELU", Between(nn.GELU())],
        ["Dropout2d, which drops nothing at a rate of 0",
        nn.Sequential(nn.Conv2d(2, 5, 3), nn.Dropout2d(0), nn.Flatten(), nn.Linear(245, 3))],
        ["MaxPool2d with ceil_mode", nn.Sequential(nn.Conv2d(2, 5, 2), nn.MaxPool2d(3, 2, padding: 1, ceil_mode: true), nn.Flatten(),
        nn.Linear(125, 3))],
        ["GroupNorm", nn.Sequential(nn.Conv2d(2, 6, 3), nn.GroupNorm(3, 6), nn.ReLU(), nn.Flatten(), nn.Linear(294, 3))],
        ["LayerNorm", nn.Sequential(nn.Flatten(), nn.Linear(162, 20), nn.LayerNorm(20), nn.ReLU(), nn.Linear(20, 3))],
        ["Softmax at the end", nn.Sequential(nn.Flatten(), nn.Linear(162, 3), nn.LogSoftmax(1))],
    ];

    public static IEnumerable<object[]> Branched =>
    [
        ["Concat", (NetworkBuilder network) => network.Conv2d(4, 3, name: "a").From("input").Conv2d(3, 3, name: "b").Concat("a"), 343,
            (Tensor x, Func<string, Tensor, Tensor> run) => cat([run("b", x), run("a", x)], 1)],
        ["Multiply", (NetworkBuilder network) => network.Conv2d(4, 3, name: "a").From("input").Conv2d(4, 3, name: "b").Multiply("a"), 196,
            (Tensor x, Func<string, Tensor, Tensor> run) => run("b", x) * run("a", x)],
        ["squeeze and excite",
            (NetworkBuilder network) =>
                network.Conv2d(4, 3, name: "a")
                    .GlobalAveragePool()
                    .Linear(4, name: "b")
                    .Sigmoid(name: "gate")
                    .From("a")
                    .Multiply("gate"), 196,
            (Tensor x, Func<string, Tensor, Tensor> run) =>
            run("a", x) * run("b", run("a", x).mean([2, 3])).sigmoid().unsqueeze(-1).unsqueeze(-1)],
    ];

    [TestMethod]
    [DynamicData(nameof(Convertible))]
    public void AConvertedModuleDoesWhatTorchSharpDoes(string layer, TorchSharp.Modules.Sequential module)
    {
        Initialize(module);
        NetworkDefinition definition = NetworkDefinition.FromModule(module, Shape, layer);
        using var network = new TorchNetwork(definition);
        network.LoadParameters(NetworkWeights.FromModule(module).For(definition));
        Dictionary<string, TorchSharp.Modules.Parameter> parameters = module.named_parameters().ToDictionary(
            pair => pair.name.Replace('.', '_'), pair => pair.parameter);
        AssertParity(
            network, module.forward, name => parameters[name.Replace('.', '_')],
            logarithm: layer.StartsWith("Softmax", StringComparison.Ordinal));
    }

    [TestMethod]
    [DynamicData(nameof(Branched))]
    public void BranchesThatMeetDoWhatTorchSharpDoes(
        string layer, Func<NetworkBuilder, NetworkBuilder> append, int features, Func<Tensor, Func<string, Tensor, Tensor>, Tensor> meet)
    {
        NetworkDefinition definition = append(NetworkDefinition.Build(layer, Shape)).Flatten().Linear(3, name: "head").ToDefinition();
        using var network = new TorchNetwork(definition);
        network.LoadParameters(WeightInitializer.Draw(definition, new Random(1)));
        Assert.AreEqual(features, definition.ShapeOf(definition.Layers[^1].Inputs[0]).Channels);
        Dictionary<string, TorchSharp.Modules.Parameter> copies = network.named_parameters().ToDictionary(
            pair => pair.name, pair => new TorchSharp.Modules.Parameter(pair.parameter.detach().clone()));
        Tensor Run(string name, Tensor x) => copies[$"{name}.weight"] is { ndim: 4 } kernel
            ? nn.functional.conv2d(x, kernel, copies[$"{name}.bias"])
            : nn.functional.linear(x, copies[$"{name}.weight"], copies[$"{name}.bias"]);
        AssertParity(network, x => Run("head", meet(x, Run).flatten(1)), name => copies[name], logarithm: false);
    }

    /// <param name="network">The library's network.</param>
    /// <param name="reference">What TorchSharp computes.</param>
    /// <param name="parameterOf">The reference's parameter of the same name.</param>
    /// <param name="logarithm">Whether the reference gives logarithms of probabilities.</param>
    private static void AssertParity(
        TorchNetwork network, Func<Tensor, Tensor> reference, Func<string, TorchSharp.Modules.Parameter> parameterOf, bool logarithm)
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(3);
        Tensor examples = rand([Images, Shape.Channels, Shape.Height, Shape.Width], generator: generator),
            labels = tensor(new long[] { 0, 1, 2, 2, 1, 0 });
        Tensor Logits(Tensor logits) => logarithm ? logits.log_softmax(1) : logits;
        AssertClose(reference(examples), Logits(network.forward(examples)), "forward");

        PruningMask mask = PruningMask.Select(ConnectionSensitivity.Score(network, examples, labels), 0.5);
        var names = network.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        using (no_grad())
        {
            foreach ((string name, _, Tensor kept) in mask.BindTo(network))
            {
                parameterOf(name).mul_(kept);
            }
        }

        // v = g + 5e-4 w and w = w - 0.1 v, of the kept weights.
        using var optimizer = new MaskedOptimizer(
            network, mask, OptimizerSettings.Of(TrainingOptimizer.Sgd, momentum: 0.9, weightDecay: 5e-4));
        network.train();
        nn.functional.cross_entropy(network.forward(examples), labels).backward();
        nn.functional.cross_entropy(reference(examples), labels).backward();
        optimizer.Step(0.1, step: 1);
        using (no_grad())
        {
            Dictionary<string, Tensor> kept = mask.BindTo(network).ToDictionary(bound => bound.Name, bound => bound.Mask);
            foreach (string name in names.Keys)
            {
                TorchSharp.Modules.Parameter parameter = parameterOf(name);
                Tensor step = (parameter.grad! + (parameter * 5e-4)) * -0.1;
                parameter.add_(kept.TryGetValue(name, out Tensor? mine) ? step * mine : step);
                AssertClose(parameter, names[name], $"{name} after a step");
            }
        }

        network.eval();
        using IDisposable noGradients = no_grad();
        Tensor expected = reference(examples);
        SparseNetwork compact = Compactor.Compact(TrainedNetwork.ToSparse(network, mask));
        SparseNetwork loaded = SampleModels.Read(SampleModels.Write(SampleModels.Describe(compact, new Random(4)))).Network;
        float[] images = examples.data<float>().ToArray();
        foreach (VectorPath path in VectorPaths.All)
        {
            AssertClose(expected, Logits(Predict(compact, images, path)), $"prediction by {path}");
            AssertClose(expected, Logits(Predict(loaded, images, path)), $"prediction of the loaded model by {path}");
        }
    }

    /// <summary>Draws every parameter, always the same. TorchSharp leaves the weight and bias of a GroupNorm as the memory was.</summary>
    private static void Initialize(nn.Module module)
    {
        using IDisposable noGradients = no_grad();
        using var generator = new Generator(5);
        foreach (TorchSharp.Modules.Parameter parameter in module.parameters())
        {
            using Tensor drawn = rand(parameter.shape, generator: generator);
            double scale = Math.Sqrt(parameter.shape[0] / (double)parameter.numel());
            parameter.copy_(parameter.ndim == 1 ? drawn + 0.5 : ((drawn * 2) - 1) * scale);
        }
    }

    private static Tensor Predict(SparseNetwork network, float[] images, VectorPath path)
    {
        var logits = new float[Images * 3];
        new SparseExecutor(network, softmax: false, path: path).Predict(images, Images, logits);
        return tensor(logits, [Images, 3]);
    }

    private static TorchSharp.Modules.Sequential Between(nn.Module<Tensor, Tensor> function) =>
        nn.Sequential(nn.Conv2d(2, 5, 3), function, nn.Flatten(), nn.Linear(245, 3));

    /// <summary>To 1e-5 of the largest number, or of 1 where all are smaller.</summary>
    private static void AssertClose(Tensor expected, Tensor actual, string what) =>
        Assert.IsLessThan(1e-5f * Math.Max(1, expected.abs().max().item<float>()), (expected - actual).abs().max().item<float>(), what);
}
