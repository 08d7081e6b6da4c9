using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Pruning.Criteria;

/// <summary>What scoring computes, and that it leaves the module as it was found.</summary>
[TestClass]
public class ConnectionSensitivityTests
{
    private DisposeScope? _scope;

    [TestInitialize]
    public void OpenScope() => _scope = NewDisposeScope();

    [TestCleanup]
    public void CloseScope() => _scope!.Dispose();

    /// <summary>
    /// Two inputs, two classes, one example x = (1, 2) of class 0 and w = [[1, 0], [0, 1]], so logits (1, 2), p = softmax, dL/dz = (p0 - 1,
    /// p1) and w * dL/dw = [[p0 - 1, 0], [0, 2 p1]] with p1 = 1 - p0: scores 1/3 and 2/3.
    /// </summary>
    [TestMethod]
    public void Scores_by_hand()
    {
        Linear network = MakeLinear([1, 0, 0, 1], 2, 2);
        PruningScores scores = ConnectionSensitivity.Score(network, torch.tensor(new[] { 1f, 2f }, [1, 2]), torch.tensor(new long[] { 0 }));
        double[] values = scores.ValuesOf("weight");
        double p1 = Math.E / (1 + Math.E);
        Assert.AreEqual(3 * p1, scores.Total, 1e-6);
        Assert.AreEqual(1.0 / 3, values[0], 1e-7);
        Assert.AreEqual(0.0, values[1]);
        Assert.AreEqual(0.0, values[2]);
        Assert.AreEqual(2.0 / 3, values[3], 1e-7);
    }

    [TestMethod]
    public void Batches_of_any_size_score_as_one_large_batch()
    {
        Fixture fixture = Fixture.Load("mlp");
        nn.Module<Tensor, Tensor> network = fixture.CreateNetwork(ScalarType.Float64);
        Tensor inputs = fixture.InputTensor(ScalarType.Float64);
        Tensor labels = fixture.LabelTensor();
        PruningScores whole = ConnectionSensitivity.Score(network, inputs, labels);
        PruningScores parts = ConnectionSensitivity.Score(
            network, new[] { (0, 1), (1, 4), (4, 8) }.Select(
            range => (inputs[range.Item1..range.Item2], labels[range.Item1..range.Item2])));
        Assert.AreEqual(whole.Total, parts.Total, 1e-14);
        foreach (PrunableParameter parameter in whole.Parameters)
        {
            double[] expected = whole.ValuesOf(parameter.Name);
            double[] actual = parts.ValuesOf(parameter.Name);
            Assert.IsTrue(expected.Zip(actual).All(pair => Math.Abs(pair.First - pair.Second) < 1e-14), parameter.Name);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void The_module_is_left_as_it_was(bool batchStatistics)
    {
        Fixture fixture = Fixture.Load("resblock_bn");
        nn.Module<Tensor, Tensor> network = fixture.CreateNetwork(ScalarType.Float64);
        Dictionary<string, nn.Module> modules = network.named_modules().ToDictionary(entry => entry.name, entry => entry.module);
        Dictionary<string, Parameter> parameters = network.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        network.train();
        modules["bn2"].eval();
        parameters["bn1.weight"].requires_grad = false;
        parameters["conv1.weight"].grad = full_like(parameters["conv1.weight"], 3);
        parameters["fc.bias"].grad = full_like(parameters["fc.bias"], 4);
        string before = Describe(network);

        ConnectionSensitivity.Score(
            network, fixture.InputTensor(ScalarType.Float64), fixture.LabelTensor(), batchStatistics: batchStatistics);

        Assert.AreEqual(before, Describe(network));
    }

    [TestMethod]
    public void The_module_is_left_as_it_was_when_a_batch_fails()
    {
        Fixture fixture = Fixture.Load("resblock_bn");
        nn.Module<Tensor, Tensor> network = fixture.CreateNetwork(ScalarType.Float64);
        string before = Describe(network);
        Tensor inputs = fixture.InputTensor(ScalarType.Float64);
        IEnumerable<(Tensor, Tensor)> batches = [(inputs, fixture.LabelTensor()), (inputs, torch.tensor(new long[] { 0, 1 }))];
        Assert.ThrowsExactly<ArgumentException>(() => ConnectionSensitivity.Score(network, batches, batchStatistics: true));
        Assert.AreEqual(before, Describe(network));
    }

    [TestMethod]
    public void No_tensor_stays_behind()
    {
        Fixture fixture = Fixture.Load("conv");
        nn.Module<Tensor, Tensor> network = fixture.CreateNetwork(ScalarType.Float32);
        Tensor inputs = fixture.InputTensor(ScalarType.Float32);
        Tensor labels = fixture.LabelTensor();
        using DisposeScope inner = NewDisposeScope();
        PruningScores scores = ConnectionSensitivity.Score(network, inputs, labels);
        Assert.AreEqual(0, inner.DisposablesCount);
        PruningMask.Select(scores, 0.5).ApplyTo(network);
        Assert.AreEqual(0, inner.DisposablesCount);
    }

    [TestMethod]
    public void Scoring_works_where_gradients_are_disabled()
    {
        Linear network = MakeLinear([1, 0, 0, 1], 2, 2);
        using (no_grad())
        {
            Assert.AreEqual(4, ConnectionSensitivity.Score(network, ones(1, 2), zeros(1, ScalarType.Int64)).ConnectionCount);
        }
    }

    [TestMethod]
    public void Dropout_is_off_with_either_statistics()
    {
        using Linear layer = MakeLinear([1, 2, 3, 4], 2, 2);
        using Sequential network = nn.Sequential(layer, nn.Dropout(0.5));
        foreach (bool batchStatistics in new[] { false, true })
        {
            double[] first = Score(network, batchStatistics);
            CollectionAssert.AreEqual(first, Score(network, batchStatistics));
        }

        static double[] Score(Sequential network, bool batchStatistics) =>
            ConnectionSensitivity.Score(
                network, ones(4, 2), zeros(4, ScalarType.Int64), batchStatistics: batchStatistics).ValuesOf("0.weight");
    }

    [TestMethod]
    public void Prunable_are_weights_and_on_request_biases_and_nothing_of_norms_and_embeddings()
    {
        nn.Module<Tensor, Tensor> network = new OwnModule();
        CollectionAssert.AreEqual(new[] { "table", "linear.weight" }, Names(network));
        CollectionAssert.AreEqual(new[] { "table", "bias", "linear.weight", "linear.bias" }, Names(network, includeBiases: true));
        CollectionAssert.AreEqual(
            new[] { "table" }, Names(network, isPrunable: name => !name.StartsWith("linear", StringComparison.Ordinal)));
        network.get_parameter("table")!.requires_grad = false;
        CollectionAssert.AreEqual(new[] { "linear.weight" }, Names(network));
    }

    [TestMethod]
    public void A_parameter_that_the_loss_does_not_reach_scores_0()
    {
        nn.Module<Tensor, Tensor> network = new OwnModule { UseTable = false };
        PruningScores scores = ConnectionSensitivity.Score(network, ones(2, 3), torch.tensor(new long[] { 0, 1 }));
        Assert.AreEqual(0.0, scores.ValuesOf("table").Sum());
        Assert.AreEqual(1.0, scores.ValuesOf("linear.weight").Sum(), 1e-6);
    }

    [TestMethod]
    public void Nothing_to_prune_is_an_error()
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => ConnectionSensitivity.Score(nn.ReLU(), ones(1, 2), zeros(1)));
        StringAssert.Contains(error.Message, "nothing to prune");
    }

    [TestMethod]
    public void Inputs_that_are_not_finite_are_an_error_that_names_the_parameter()
    {
        Linear network = MakeLinear([1, 2, 3, 4], 2, 2);
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity })
        {
            InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
                () => ConnectionSensitivity.Score(network, full([1, 2], bad), zeros(1, ScalarType.Int64)));
            StringAssert.Contains(error.Message, "'weight'");
            StringAssert.Contains(error.Message, "normalise the inputs");
        }
    }

    [TestMethod]
    public void All_gradients_0_is_an_error_that_names_the_parameters()
    {
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => ConnectionSensitivity.Score(MakeLinear([0, 0, 0, 0], 2, 2), ones(1, 2), zeros(1, ScalarType.Int64)));
        StringAssert.Contains(error.Message, "'weight'");
        StringAssert.Contains(error.Message, "exactly 0");
    }

    [TestMethod]
    public void An_output_without_gradient_is_an_error()
    {
        InvalidOperationException error = Assert.ThrowsExactly<InvalidOperationException>(
            () => ConnectionSensitivity.Score(new OwnModule { Detach = true }, ones(1, 3), zeros(1, ScalarType.Int64)));
        StringAssert.Contains(error.Message, "autograd");
    }

    [TestMethod]
    public void Labels_that_are_no_integers_are_an_error_that_names_their_type()
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(
            () => ConnectionSensitivity.Score(MakeLinear([1, 2, 3, 4], 2, 2), ones(1, 2), torch.tensor(new[] { 0.9f })));
        StringAssert.Contains(error.Message, "Float32");
        StringAssert.Contains(error.Message, "class indices");
    }

    [TestMethod]
    public void Labels_that_do_not_fit_are_an_error()
    {
        Linear network = MakeLinear([1, 2, 3, 4], 2, 2);
        foreach (long[] labels in new long[][] { [2, 0], [0, -1], [0], [0, 0, 0] })
        {
            Assert.ThrowsExactly<ArgumentException>(() => ConnectionSensitivity.Score(network, ones(2, 2), torch.tensor(labels)));
        }

        Assert.ThrowsExactly<ArgumentException>(() => ConnectionSensitivity.Score(network, []));
        Assert.ThrowsExactly<ArgumentException>(() => ConnectionSensitivity.Score(network, zeros(0, 2), zeros(0, ScalarType.Int64)));
    }

    [TestMethod]
    public void Labels_may_be_of_any_integer_type()
    {
        Linear network = MakeLinear([1, 2, 3, 4], 2, 2);
        CollectionAssert.AreEqual(
            ConnectionSensitivity.Score(network, ones(2, 2), torch.tensor(new long[] { 0, 1 })).ValuesOf("weight"),
            ConnectionSensitivity.Score(network, ones(2, 2), torch.tensor(new byte[] { 0, 1 })).ValuesOf("weight"));
    }

    private static string[] Names(nn.Module<Tensor, Tensor> network, bool includeBiases = false, Func<string, bool>? isPrunable = null) =>
        [.. ConnectionSensitivity.Score(network, ones(2, 3), torch.tensor(new long[] { 0, 1 }), includeBiases, isPrunable)
            .Parameters.Select(parameter => parameter.Name)];

    private static Linear MakeLinear(float[] weights, int outputs, int inputs)
    {
        Linear linear = nn.Linear(inputs, outputs, hasBias: false);
        using (no_grad())
        {
            linear.weight!.copy_(torch.tensor(weights, [outputs, inputs]));
        }

        return linear;
    }

    /// <summary>Everything of a module that scoring may touch, as text.</summary>
    private static string Describe(nn.Module network)
    {
        IEnumerable<string> modules = network.named_modules().Prepend(("", network))
            .Select(entry => $"{entry.Item1}: training {entry.Item2.training}");
        IEnumerable<string> parameters = network.named_parameters().Select(entry =>
            $"{entry.name}: {entry.parameter.requires_grad}, {Numbers(entry.parameter)}, "
            + $"gradient {(entry.parameter.grad is { } grad ? Numbers(grad) : "none")}");
        IEnumerable<string> buffers = network.named_buffers().Select(entry => $"{entry.name}: {Numbers(entry.buffer)}");
        return string.Join('\n', modules.Concat(parameters).Concat(buffers));

        static string Numbers(Tensor tensor) => string.Join(' ', tensor.detach().to(ScalarType.Float64).data<double>());
    }

    /// <summary>
    /// A module of one's own: parameters of its own, an embedding, norms and a linear layer; takes [batch, 3], gives [batch, 2].
    /// </summary>
    private sealed class OwnModule : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter _table = new(full(3, 4, 0.5f));
        private readonly Parameter _bias = new(ones(4));
        private readonly Embedding _embedding = nn.Embedding(5, 4);
        private readonly LayerNorm _norm = nn.LayerNorm([2, 2]);
        private readonly Linear _linear = nn.Linear(4, 2);

        public OwnModule()
            : base(nameof(OwnModule))
        {
            register_parameter("table", _table);
            register_parameter("bias", _bias);
            register_module("embedding", _embedding);
            register_module("norm", _norm);
            register_module("linear", _linear);
        }

        public bool UseTable { get; init; } = true;

        public bool Detach { get; init; }

        public override Tensor forward(Tensor input)
        {
            Tensor hidden = (UseTable ? input.matmul(_table) : input.sum(1, keepdim: true).expand(-1, 4)) + _bias;
            Tensor normed = hidden + _norm.forward(hidden.reshape(-1, 2, 2)).flatten(1);
            Tensor logits = _linear.forward(normed + _embedding.forward(zeros(1, ScalarType.Int64)));
            return Detach ? logits.detach() : logits;
        }
    }
}
