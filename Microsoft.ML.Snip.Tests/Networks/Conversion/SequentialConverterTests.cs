using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Networks.Layers;
using TorchSharp;
using static TorchSharp.torch;
using Padding = TorchSharp.Padding;

namespace Microsoft.ML.Snip.Tests.Networks.Conversion;

/// <summary>TorchSharp sequentials as network definitions.</summary>
[TestClass]
public class SequentialConverterTests
{
    private static readonly ImageShape Shape = new(2, 12, 12);
    private DisposeScope? _scope;

    [TestInitialize]
    public void OpenScope() => _scope = NewDisposeScope();

    [TestCleanup]
    public void CloseScope() => _scope!.Dispose();

    public static IEnumerable<object[]> Samples =>
    [
        ["plain", () => nn.Sequential(nn.Flatten(), nn.Linear(288, 7), nn.ReLU(), nn.Dropout(0.3), nn.Linear(7, 3, hasBias: false))],
        ["named and nested", () => nn.Sequential(
            ("features", nn.Sequential(
                ("conv.1", nn.Conv2d(2, 4, 3, stride: 2, padding: 1)), ("norm", nn.BatchNorm2d(4, eps: 1e-3)),
                ("act", nn.ReLU(inplace: true)), ("pool", nn.MaxPool2d(2)))),
            ("input", nn.Identity()),
            ("head", nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.BatchNorm1d(4), nn.Linear(4, 3))))],
        ["uneven padding", () => nn.Sequential(
            nn.Conv2d(2, 3, (4, 3), padding: Padding.Same), nn.Conv2d(3, 3, (3, 2), (2, 2), (2, 1), bias: false), nn.AvgPool2d(2, 1),
            nn.MaxPool2d(3, stride: 2, padding: 1), nn.Flatten(), nn.Linear(27, 3))],
        ["activation functions", () => nn.Sequential(
            nn.Flatten(), nn.Linear(288, 9), nn.LeakyReLU(0.2), nn.Linear(9, 9), nn.ReLU6(), nn.Linear(9, 9), nn.SiLU(), nn.Linear(9, 9),
            nn.Hardswish(),
            nn.Linear(9, 9), nn.Sigmoid(), nn.Linear(9, 9), nn.Tanh(), nn.Linear(9, 9), nn.GELU(), nn.Linear(9, 3))],
        ["groups, dilation, part windows", () => nn.Sequential(
            nn.Conv2d(2, 8, 3, padding: Padding.Same, dilation: 2, groups: 2), nn.Conv2d(8, 8, 3, padding: 1L, groups: 8),
            nn.Dropout2d(0.1),
            nn.MaxPool2d(3, 2, padding: 1, ceil_mode: true), nn.MaxPool2d(2, 3, ceil_mode: true), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
            nn.Linear(8, 3))],
        ["norms of each example", () => nn.Sequential(
            nn.Conv2d(2, 6, 3), nn.GroupNorm(3, 6, eps: 1e-3), nn.ReLU(), nn.Flatten(), nn.Linear(600, 20), nn.LayerNorm(20, eps: 1e-4),
            nn.Linear(20, 3))],
        ["adaptive pooling to several positions", () => nn.Sequential(
            nn.Conv2d(2, 3, 3, padding: Padding.Valid), nn.AdaptiveAvgPool2d(5), nn.AdaptiveAvgPool2d(5), nn.Flatten(), nn.Linear(75, 3))],
    ];

    [TestMethod]
    public void A_module_with_a_hook_is_named_and_not_converted()
    {
        void Refuses(string expected, Action<TorchSharp.Modules.Linear, TorchSharp.Modules.Sequential, TorchSharp.Modules.Sequential> hook)
        {
            var layer = nn.Linear(288, 3);
            var inner = nn.Sequential(("fc", layer));
            var outer = nn.Sequential(("flat", nn.Flatten()), ("head", inner));
            NetworkDefinition.FromModule(outer, Shape);
            hook(layer, inner, outer);
            StringAssert.Contains(Assert.Throws<ArgumentException>(() => NetworkDefinition.FromModule(outer, Shape)).Message, expected);
        }

        Refuses("Module 'head.fc' (Linear) has hooks", (layer, _, _) => layer.register_forward_hook((_, _, output) => output * 2));
        Refuses("Module 'head.fc' (Linear) has hooks", (layer, _, _) => layer.register_forward_pre_hook((_, input) => input));
        Refuses("Module 'head' (Sequential) has hooks", (_, inner, _) => inner.register_forward_hook((_, _, output) => output));
        Refuses("The sequential has hooks", (_, _, outer) => outer.register_forward_hook((_, _, output) => output));
    }

    [TestMethod]
    public void A_hook_that_was_removed_is_none()
    {
        var layer = nn.Linear(288, 3);
        layer.register_forward_hook((_, _, output) => output).remove();
        Assert.HasCount(2, NetworkDefinition.FromModule(nn.Sequential(nn.Flatten(), layer), Shape).Layers);
    }

    [TestMethod]
    [DynamicData(nameof(Samples))]
    public void The_network_with_the_modules_weights_computes_what_the_module_computes(
        string name, Func<TorchSharp.Modules.Sequential> make)
    {
        using TorchSharp.Modules.Sequential module = make();
        FillBuffers(module);
        FillGroupNorms(module);
        NetworkDefinition definition = NetworkDefinition.FromModule(module, Shape, name);
        Assert.AreEqual(name, definition.Name);
        using var network = new TorchNetwork(definition);
        network.LoadParameters(NetworkWeights.FromModule(module).For(definition));
        Tensor images = randn([5, 2, 12, 12]);
        module.eval();
        network.eval();
        AssertClose(module.forward(images), network.forward(images));
        if (!module.modules().Any(part => part is TorchSharp.Modules.Dropout or TorchSharp.Modules.Dropout2d))
        {
            module.train();
            network.train();
            AssertClose(module.forward(images), network.forward(images));
        }

        Assert.AreEqual(module.named_parameters().Count(), definition.Parameters.Count(
            parameter => parameter.Role is not (ParameterRole.RunningMean or ParameterRole.RunningVariance)));
    }

    [TestMethod]
    public void Layers_have_the_modules_names_made_valid_and_unique()
    {
        using var module = nn.Sequential(
            ("a", nn.Sequential(("b", nn.Flatten()))), ("a_b", nn.Linear(288, 4)), ("a b", nn.ReLU()), ("input", nn.Linear(4, 3)));
        NetworkDefinition definition = NetworkDefinition.FromModule(module, Shape);
        Assert.AreEqual("Sequential", definition.Name);
        CollectionAssert.AreEqual(new[] { "a_b", "a_b_2", "a_b_3", "input_2" }, definition.Layers.Select(layer => layer.Name).ToArray());
        CollectionAssert.Contains(NetworkWeights.FromModule(module).Names, "input_2.weight");
    }

    public static IEnumerable<object[]> Unsupported =>
    [
        ["'1.0' (ELU, index 1) cannot be converted", () => nn.Sequential(nn.Flatten(), nn.Sequential(nn.ELU()))],
        ["'1' (Softmax, index 1)", () => nn.Sequential(nn.Flatten(), nn.Softmax(1), nn.Linear(288, 3))],
        ["'1' (Softmax, index 1)", () => nn.Sequential(nn.Linear(288, 3), nn.Softmax(0))],
        ["'0' (GroupNorm, index 0) has no gamma and beta", () => nn.Sequential(nn.GroupNorm(1, 2, affine: false))],
        ["'0' (GroupNorm, index 0) takes 3 inputs", () => nn.Sequential(nn.GroupNorm(3, 3))],
        ["'0' (LayerNorm, index 0) normalises over 2x12x12", () => nn.Sequential(nn.LayerNorm([2, 12, 12]))],
        ["'0' (LayerNorm, index 0) takes a vector", () => nn.Sequential(nn.LayerNorm(12))],
        ["'0' (Conv2d, index 0) has a dilation of 2x3; both values must be equal", () =>
        nn.Sequential(nn.Conv2d(2, 4, (3, 3), (1, 1), (0, 0), (2, 3)))],
        ["'0' (Conv2d, index 0) has a stride of 1x2", () => nn.Sequential(nn.Conv2d(2, 4, (3, 3), stride: (1, 2)))],
        ["'0' (Conv2d, index 0) pads with Circular", () =>
        nn.Sequential(nn.Conv2d(2, 4, 3, padding: 1, padding_mode: PaddingModes.Circular))],
        ["'0' (Conv2d, index 0) takes 3 inputs, but its input is a map 2x12x12", () => nn.Sequential(nn.Conv2d(3, 4, 3))],
        ["'1' (Linear, index 1) takes 287 inputs", () => nn.Sequential(nn.Flatten(), nn.Linear(287, 3))],
        ["'0' (Linear, index 0) takes a vector of 288, but its input is a map 2x12x12; add a Flatten before it", () =>
        nn.Sequential(nn.Linear(288, 3))],
        ["'0' (Linear, index 0) takes a vector of 2,", () => nn.Sequential(nn.Linear(2, 3))],
        ["'0' (MaxPool2d, index 0) has a dilation", () => nn.Sequential(nn.MaxPool2d(2, dilation: 2))],
        ["'0' (MaxPool2d, index 0) has a kernel size of 2x3", () => nn.Sequential(nn.MaxPool2d((2, 3)))],
        ["'0' (AvgPool2d, index 0) has a padding", () => nn.Sequential(nn.AvgPool2d(3, padding: 1))],
        ["'0' (AdaptiveAvgPool2d, index 0) pools a map 2x12x12 to 5x5", () => nn.Sequential(nn.AdaptiveAvgPool2d(5))],
        ["'0' (Flatten, index 0) flattens from dimension 2", () => nn.Sequential(nn.Flatten(2))],
        ["'0' (BatchNorm2d, index 0) has a momentum of 0.5", () => nn.Sequential(nn.BatchNorm2d(2, momentum: 0.5))],
        ["'0' (BatchNorm2d, index 0) has no gamma and beta", () => nn.Sequential(nn.BatchNorm2d(2, affine: false))],
        ["'0' (BatchNorm1d, index 0) takes a vector", () => nn.Sequential(nn.BatchNorm1d(2))],
    ];

    [TestMethod]
    [DynamicData(nameof(Unsupported))]
    public void What_cannot_be_converted_is_named_by_path_type_and_setting(string expected, Func<TorchSharp.Modules.Sequential> make)
    {
        using TorchSharp.Modules.Sequential module = make();
        var exception = Assert.Throws<ArgumentException>(() => NetworkDefinition.FromModule(module, Shape));
        StringAssert.Contains(exception.Message, $"Module {expected}");
    }

    [TestMethod]
    public void All_modules_that_cannot_be_converted_are_named_in_one_error()
    {
        using var module = nn.Sequential(
            ("conv", nn.Conv2d(2, 4, 3, padding: 1, padding_mode: PaddingModes.Reflect)), ("act", nn.ELU()), ("norm", nn.BatchNorm2d(7)),
            ("pool", nn.AdaptiveAvgPool2d(3)),
            ("flat", nn.Flatten()), ("gate", nn.PReLU(1)), ("head", nn.Linear(5, 3)));
        string[] lines = Assert.Throws<ArgumentException>(() => NetworkDefinition.FromModule(module, Shape)).Message.Split(
            Environment.NewLine);
        Assert.HasCount(4, lines, "what comes after a module of unknown output may fit");
        StringAssert.StartsWith(lines[0], "Module 'conv' (Conv2d, index 0) pads with Reflect");
        StringAssert.StartsWith(lines[1], "Module 'act' (ELU, index 1) cannot be converted");
        StringAssert.StartsWith(lines[2], "Module 'gate' (PReLU, index 5) cannot be converted");
        StringAssert.StartsWith(lines[3], "Supported modules are Linear, Conv2d");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_softmax_at_the_end_is_left_out_with_a_note(bool logarithm)
    {
        using var module = nn.Sequential(
            ("flat", nn.Flatten()), ("head", nn.Linear(288, 3)), ("last", logarithm ? nn.LogSoftmax(1) : nn.Softmax(-1)));
        NetworkDefinition definition = NetworkDefinition.FromModule(module, Shape);
        CollectionAssert.AreEqual(new[] { "flat", "head" }, definition.Layers.Select(layer => layer.Name).ToArray());
        StringAssert.Contains(
            definition.Notes.Single(),
            logarithm ? "Module 'last' (LogSoftmax) at the end is removed" : "Module 'last' (Softmax) at the end is removed");
        Assert.IsEmpty(NetworkDefinition.FromModule(nn.Sequential(nn.Flatten(), nn.Linear(288, 3)), Shape).Notes);
        using var network = new TorchNetwork(definition);
        network.LoadParameters(NetworkWeights.FromModule(module).For(definition));
        Tensor images = randn([5, 2, 12, 12]), logits = network.forward(images);
        AssertClose(module.forward(images), logarithm ? logits.log_softmax(1) : logits.softmax(1));
    }

    [TestMethod]
    public void A_module_with_weights_that_is_there_twice_is_refused()
    {
        using var linear = nn.Linear(288, 288);
        using var module = nn.Sequential(nn.Flatten(), linear, nn.ReLU(), linear);
        StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => NetworkDefinition.FromModule(module, Shape)).Message, "more than once");
    }

    [TestMethod]
    public void A_module_with_a_frozen_parameter_is_refused()
    {
        using var module = nn.Sequential(("flat", nn.Flatten()), ("head", nn.Linear(288, 3)));
        ((TorchSharp.Modules.Linear)module[1]).bias!.requires_grad = false;
        string message = Assert.Throws<ArgumentException>(() => NetworkDefinition.FromModule(module, Shape)).Message;
        StringAssert.Contains(message, "Module 'head' (Linear, index 1) has a frozen parameter 'bias'");
        StringAssert.Contains(message, "layers of a network cannot be frozen");
    }

    /// <summary>TorchSharp leaves the weight and the bias of a new GroupNorm as the memory was.</summary>
    private static void FillGroupNorms(nn.Module module)
    {
        using IDisposable noGradients = no_grad();
        foreach (TorchSharp.Modules.GroupNorm norm in module.modules().OfType<TorchSharp.Modules.GroupNorm>())
        {
            norm.weight!.uniform_(0.5, 1.5);
            norm.bias!.uniform_(-0.5, 0.5);
        }
    }

    private static void FillBuffers(nn.Module module)
    {
        using (no_grad())
        {
            foreach ((_, Tensor buffer) in module.named_buffers().Where(pair => pair.buffer.is_floating_point()))
            {
                buffer.uniform_(0.5, 1.5);
            }
        }
    }

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.IsLessThan(1e-5f, (expected - actual).abs().max().item<float>());
}
