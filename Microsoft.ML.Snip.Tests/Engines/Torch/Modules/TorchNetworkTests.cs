using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Engines.Torch.Modules;

/// <summary>The TorchSharp module of a definition.</summary>
[TestClass]
public class TorchNetworkTests
{
    private DisposeScope? _scope;

    [TestInitialize]
    public void OpenScope() => _scope = NewDisposeScope();

    [TestCleanup]
    public void CloseScope() => _scope!.Dispose();

    [TestMethod]
    [DynamicData(nameof(SampleNetworks.All), typeof(SampleNetworks))]
    public void Parameters_have_the_definitions_names_and_shapes(NetworkDefinition definition)
    {
        using var network = new TorchNetwork(definition);
        Dictionary<string, Tensor> tensors = network.NamedTensors();
        foreach (NetworkParameter parameter in definition.Parameters)
        {
            CollectionAssert.AreEqual(parameter.Shape.Select(size => (long)size).ToArray(), tensors[parameter.Name].shape, parameter.Name);
        }

        CollectionAssert.AreEquivalent(
            definition.Parameters.Select(parameter => parameter.Name).ToArray(),
            tensors.Keys.Where(name => !name.EndsWith(".num_batches_tracked", StringComparison.Ordinal)).ToArray());
    }

    /// <summary>Connections are numbered by the module's order, so it must be the definition's.</summary>
    [TestMethod]
    [DynamicData(nameof(SampleNetworks.All), typeof(SampleNetworks))]
    public void Parameters_come_in_the_definitions_order(NetworkDefinition definition)
    {
        using var network = new TorchNetwork(definition);
        CollectionAssert.AreEqual(
            definition.Parameters
                .Where(parameter => parameter.Role is not (ParameterRole.RunningMean or ParameterRole.RunningVariance))
                .Select(parameter => parameter.Name).ToArray(),
            network.named_parameters().Select(entry => entry.name).ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(SampleNetworks.All), typeof(SampleNetworks))]
    public void What_can_be_pruned_are_the_definitions_weights(NetworkDefinition definition)
    {
        using var network = new TorchNetwork(definition);
        var context = new PruningContext(network, []);
        CollectionAssert.AreEqual(
            definition.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight).Select(parameter => parameter.Name).ToArray(),
            context.FindPrunableParameters().Select(entry => entry.Name).ToArray());
        var withBiases = new PruningContext(network, []) { IncludeBiases = true };
        CollectionAssert.AreEqual(
            definition.Parameters
                .Where(parameter => parameter.Role is ParameterRole.Weight or ParameterRole.Bias)
                    .Select(parameter => parameter.Name)
                    .ToArray(),
            withBiases.FindPrunableParameters().Select(entry => entry.Name).ToArray());
    }

    [TestMethod]
    [DynamicData(nameof(SampleNetworks.All), typeof(SampleNetworks))]
    public void Logits_are_one_a_class_with_and_without_gradients(NetworkDefinition definition)
    {
        using var network = new TorchNetwork(definition);
        network.LoadParameters(WeightInitializer.Draw(definition, new Random(1)));
        network.eval();
        Tensor input = rand(5, 2, 8, 8, generator: new Generator(1));
        Tensor withGradients = network.forward(input);
        CollectionAssert.AreEqual(new long[] { 5, 3 }, withGradients.shape);
        using (no_grad())
        {
            Assert.IsTrue(network.forward(input).allclose(withGradients, atol: 1e-6));
        }

        Assert.IsFalse(input.IsInvalid);
    }

    /// <summary>
    /// One row more below and one column more to the right: a 3x3 window over 8x8 with stride 2 then starts at 0, 2, 4, 6.
    /// </summary>
    [TestMethod]
    public void Uneven_padding_goes_where_it_is_said_to_go()
    {
        NetworkDefinition definition = SampleNetworks.Convolutional();
        Assert.AreEqual("map 3x4x4", definition.ShapeOf("conv1").ToString());
        using var network = new TorchNetwork(definition);
        Dictionary<string, Tensor> tensors = network.NamedTensors();
        Tensor input = rand(1, 2, 8, 8, generator: new Generator(2));
        Tensor framed = zeros(1, 2, 9, 9);
        framed[.., .., ..8, ..8] = input;
        using (no_grad())
        {
            Tensor map = nn.functional.conv2d(framed, tensors["conv1.weight"], tensors["conv1.bias"], strides: [2, 2]);
            Tensor expected = nn.functional.linear(nn.functional.relu(map).flatten(1), tensors["fc1.weight"], tensors["fc1.bias"]);
            Assert.IsTrue(network.forward(input).allclose(expected));
        }
    }

    [TestMethod]
    public void Rows_of_all_channels_make_the_steps()
    {
        NetworkDefinition definition = NetworkDefinition.Build("rows", new ImageShape(2, 3, 2))
            .RowsAsSequence()
            .LastStep()
            .Linear(2)
            .ToDefinition();
        using var network = new TorchNetwork(definition);
        Dictionary<string, Tensor> tensors = network.NamedTensors();
        using (no_grad())
        {
            tensors["fc1.weight"].copy_(torch.tensor(new[] { 1f, 10, 100, 1000, 0, 0, 0, 0 }, [2, 4]));
            tensors["fc1.bias"].zero_();
            // The last row is 4 5 in the first channel (0 to 5) and 10 11 in the second (6 to 11).
            Assert.AreEqual(4 + 50 + 1000 + 11000, network.forward(arange(12, ScalarType.Float32).reshape(1, 2, 3, 2))[0, 0].item<float>());
        }
    }

    [TestMethod]
    public void An_LSTM_is_trained_step_by_step_as_TorchSharp_defines_it()
    {
        NetworkDefinition definition = NetworkDefinition.Build("lstm", new ImageShape(1, 6, 4))
            .RowsAsSequence()
            .Lstm(5)
            .LastStep()
            .Linear(3)
            .ToDefinition();
        using var network = new TorchNetwork(definition);
        Tensor input = rand(7, 1, 6, 4, generator: new Generator(3)), labels = zeros(7, int64);
        Tensor stepwise = network.forward(input);
        nn.functional.cross_entropy(stepwise, labels).backward();
        Dictionary<string, Tensor> gradients = network.named_parameters().ToDictionary(
            pair => pair.name, pair => pair.parameter.grad!.clone());
        network.zero_grad();
        using (no_grad())
        {
            Assert.IsTrue(network.forward(input).allclose(stepwise, atol: 1e-6));
        }

        var layer = (TorchSharp.Modules.LSTM)network.children().Single(module => module is TorchSharp.Modules.LSTM);
        var last = (TorchSharp.Modules.Linear)network.children().Single(module => module is TorchSharp.Modules.Linear);
        nn.functional.cross_entropy(last.forward(layer.forward(input.squeeze(1)).Item1.select(1, -1)), labels).backward();
        foreach ((string name, TorchSharp.Modules.Parameter parameter) in network.named_parameters())
        {
            Assert.IsTrue(parameter.grad!.allclose(gradients[name], atol: 1e-6), name);
        }
    }

    /// <summary>TorchSharp's own LSTM is wrong without gradients for such sizes on some machines, in single precision.</summary>
    [TestMethod]
    [DataRow(7, 5)]
    [DataRow(4, 3)]
    [DataRow(28, 100)]
    [DataRow(16, 32)]
    public void An_LSTM_is_evaluated_as_TorchSharp_defines_it(int features, int units)
    {
        using TorchSharp.Modules.LSTM layer = nn.LSTM(features, units, batchFirst: true);
        Tensor input = rand(3, 9, features, generator: new Generator(3));
        int before = _scope!.DisposablesCount;
        Tensor actual;
        using (no_grad())
        {
            actual = LstmSteps.Run(layer, input);
        }

        Assert.AreEqual(before + 1, _scope.DisposablesCount, "nothing but the output is left");
        layer.to(float64);
        Assert.IsTrue(actual.to(float64).allclose(layer.forward(input.to(float64)).Item1, atol: 1e-6));
    }

    [TestMethod]
    public void Dropout_draws_from_its_own_generator_and_only_in_training()
    {
        NetworkDefinition definition = NetworkDefinition.Build("drop", new ImageShape(1, 40, 40))
            .Flatten()
            .Dropout(0.5)
            .Linear(2)
            .ToDefinition();
        using var network = new TorchNetwork(definition, dropoutSeed: 7);
        Dictionary<string, Tensor> tensors = network.NamedTensors();
        using (no_grad())
        {
            tensors["fc1.weight"].fill_(1f / 1600);
            tensors["fc1.bias"].zero_();
            torch.manual_seed(3);
            float next = rand(1).item<float>();
            torch.manual_seed(3);
            network.train();
            float first = network.forward(ones(1, 1, 40, 40))[0, 0].item<float>();
            Assert.AreEqual(next, rand(1).item<float>());
            Assert.AreEqual(1, first, 0.1);
            Assert.AreNotEqual(first, network.forward(ones(1, 1, 40, 40))[0, 0].item<float>());
            using var again = new TorchNetwork(definition, dropoutSeed: 7);
            again.load_state_dict(network.state_dict());
            again.train();
            Assert.AreEqual(first, again.forward(ones(1, 1, 40, 40))[0, 0].item<float>());
            network.eval();
            Assert.AreEqual(1, network.forward(ones(1, 1, 40, 40))[0, 0].item<float>(), 1e-5f);
        }
    }

    [TestMethod]
    public void Dropout_depends_on_the_whole_seed()
    {
        NetworkDefinition definition = NetworkDefinition.Build("drop", new ImageShape(1, 8, 8))
            .Flatten()
            .Dropout(0.5)
            .Linear(2)
            .ToDefinition();
        string Draw(long seed)
        {
            using IDisposable noGradients = no_grad();
            using var network = new TorchNetwork(definition, seed);
            network.NamedTensors()["fc1.weight"].copy_(arange(128).view(2, 64));
            network.train();
            return string.Join(' ', network.forward(ones(1, 1, 8, 8)).data<float>().ToArray());
        }

        Assert.AreEqual(Draw(1), Draw(1));
        Assert.AreEqual(4, new long[] { 1, 2, 1 + (1 << 24), 1 - (1L << 31) }.Select(Draw).Distinct().Count());
    }
}
