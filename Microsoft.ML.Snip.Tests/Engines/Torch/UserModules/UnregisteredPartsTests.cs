using Microsoft.ML.Snip.Engines.Torch.UserModules;
using Microsoft.ML.Snip.Tests.Fitting;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Engines.Torch.UserModules;

/// <summary>What a module holds without having registered it is found wherever it is, and named.</summary>
[TestClass]
public class UnregisteredPartsTests
{
    private static readonly ImageShape Shape = new(1, 4, 4);
    private DisposeScope? _scope;

    public static IEnumerable<object[]> Faulty =>
    [
        ["Linear in 'Value'", () => new Holder<Linear>(NewLayer())],
        ["ReLU in 'Value'", () => new Holder<nn.Module<Tensor, Tensor>[]>([nn.ReLU(), NewLayer()])],
        ["Linear in 'Value'", () => new Holder<List<Linear>>([NewLayer()])],
        ["Linear in 'Value'", () => new Holder<Dictionary<string, Linear>>(new() { ["a"] = NewLayer() })],
        ["Linear in 'Value'", () => new Holder<HashSet<object>>([NewLayer()])],
        ["Linear in 'Value'", () => new Holder<LinkedList<Linear>>(new([NewLayer()]))],
        ["Linear in 'Value'", () => new Holder<List<(string Name, Linear Layer)>>([("a", NewLayer())])],
        ["Linear in 'Value'", () => new Holder<Linear[][]>([[], [NewLayer()]])],
        ["Linear in 'Value'", () => new Holder<Block>(new Block("a", NewLayer()))],
        ["Linear in 'Value'", () => new Holder<Block?[]>([null, new Block("a", NewLayer())])],
        ["Linear in 'Value'", () => new Holder<Func<Tensor, Tensor>>(Captured(NewLayer()))],
        ["Dropout in 'Value'", () => new Holder<Dropout>(nn.Dropout(0.5))],
        ["Parameter [2, 3] in 'Value'", () => new Holder<Parameter[]>([new Parameter(ones(2, 3))])],
        ["Parameter [5] in 'Value'", () => new Holder<Parameter>(new Parameter(ones(5)))],
        ["Linear in 'inner.Value'", () => new Outer(new Holder<Linear[]>([NewLayer()]))],
        ["Linear in 'inner.Value'", () => new Outer(new Derived([NewLayer()]))],
    ];

    public static IEnumerable<object[]> Sound =>
    [
        [() => new GatedNetwork(new ImageShape(1, 16, 16), 3)],
        [() => new Holder<string>("a")],
        [() => new Holder<Tensor[]>([ones(3)])],
        [() => new Holder<double[,]>(new double[2, 2])],
        [() => new Holder<Func<Tensor, Tensor>>(x => x.relu())],
        [() => new Holder<object>(new Version(1, 2))],
        [() => new Twice()],
        [() => new Lists()],
        [() => new Outer(nn.Sequential(NewLayer(), nn.GELU(), nn.Sequential(NewLayer())))],
        [() => new Outer(nn.LSTM(3, 4))],
        [() => new Outer(nn.BatchNorm1d(3))],
        [() => new Outer(nn.TransformerEncoderLayer(4, 2, 8))],
        [() => new Outer(nn.MultiheadAttention(4, 2))],
        [() => new Outer(nn.Embedding(3, 4))],
        [() => new Cyclic()],
    ];

    [TestInitialize]
    public void OpenScope() => _scope = NewDisposeScope();

    [TestCleanup]
    public void CloseScope() => _scope!.Dispose();

    [TestMethod]
    [DynamicData(nameof(Faulty))]
    public void AnUnregisteredPartIsNamedWithItsField(string expected, Func<nn.Module> make)
    {
        string? mistake = UnregisteredParts.FindMistake(make());
        Assert.IsNotNull(mistake);
        StringAssert.StartsWith(mistake, $"holds a {expected} that is not registered.");
        StringAssert.Contains(mistake, "register_module");
    }

    [TestMethod]
    [DynamicData(nameof(Sound))]
    public void RegisteredPartsAndOtherFieldsAreLeftAlone(Func<nn.Module> make) => Assert.IsNull(UnregisteredParts.FindMistake(make()));

    [TestMethod]
    public void AFitRefusesThemBeforeItTrains()
    {
        var exception = Assert.Throws<ArgumentException>(() => PredictionCheckTests.Fit(
            (shape, classes) => new LayersInAnArray(shape, classes), options => options.Progress = new Fails()));
        StringAssert.Contains(exception.Message, "The module 'PredictionCheckTests' holds a Linear in '_layers' that is not registered.");
    }

    private static Linear NewLayer() => nn.Linear(3, 2);

    private static Func<Tensor, Tensor> Captured(Linear layer) => x => layer.call(x);

    private sealed record Block(string Name, Linear Layer);

    private class Holder<T>(T value) : OwnModule(Shape, 3)
    {
        public T Value { get; } = value;
    }

    private sealed class Derived(Linear[] layers) : Holder<Linear[]>(layers);

    private sealed class Outer : OwnModule
    {
        private readonly nn.Module _inner;

        public Outer(nn.Module inner)
            : base(Shape, 3)
        {
            _inner = inner;
            register_module("inner", _inner);
        }
    }

    /// <summary>Registered, and in a list besides.</summary>
    private sealed class Twice : OwnModule
    {
        private readonly List<(nn.Module Layer, Parameter Scale)> _parts = [];

        public Twice()
            : base(Shape, 3)
        {
            var (layer, scale) = (NewLayer(), new Parameter(ones(3)));
            register_module("layer", layer);
            register_parameter("scale", scale);
            _parts.Add((layer, scale));
        }
    }

    private sealed class Lists : OwnModule
    {
        private readonly ModuleList<Linear> _list = nn.ModuleList(NewLayer(), NewLayer());
        private readonly ModuleDict<Linear> _dictionary = nn.ModuleDict(("a", NewLayer()));
        private readonly ParameterList _scales = nn.ParameterList(new Parameter(ones(3)));

        public Lists()
            : base(Shape, 3) => RegisterComponents();
    }

    private sealed class Cyclic : OwnModule
    {
        private readonly List<object> _self = [];
        private readonly Action _action;

        public Cyclic()
            : base(Shape, 3)
        {
            _self.Add(_self);
            _self.Add(this);
            _action = () => _self.Add(_action!);
            _action();
        }
    }

    private sealed class LayersInAnArray(ImageShape shape, int classCount) : OwnModule(shape, classCount)
    {
        private readonly nn.Module<Tensor, Tensor>[] _layers = [nn.Linear(Units, Units), nn.ReLU()];

        protected override Tensor Between(Tensor hidden) => _layers.Aggregate(hidden, (x, layer) => layer.call(x));
    }

    private sealed class Fails : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Assert.Fail("it has trained");
    }
}
