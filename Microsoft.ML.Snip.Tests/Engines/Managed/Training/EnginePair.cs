using Microsoft.ML.Snip.Engines.Managed.Training;
using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Engines.Torch.Training;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Tests.Engines.Managed.Training;

/// <summary>The managed engine and TorchSharp's, for the same network, mask, images and settings.</summary>
internal sealed class EnginePair : IDisposable
{
    private readonly TorchNetwork _module;
    private SparseNetwork? _trained;

    public EnginePair(
        NetworkDefinition definition, TrainingSettings settings, int images, int seed, VectorPath? path = null, double? density = null,
        int threads = 1, bool wholeNumbers = false, bool weighted = false)
    {
        var random = new Random(seed);
        SparseNetwork network = RandomNetworks.Network(definition, random, density);
        Images = Draw(definition, images, random, wholeNumbers, weighted);
        IEnumerable<NetworkParameter> weights = definition.Parameters.Where(parameter => network.Weights.ContainsKey(parameter.Name));
        Mask = PruningMask.FromValues(weights.Select(parameter =>
        {
            var kept = new bool[parameter.Count];
            Array.ForEach(network.Weights[parameter.Name].Pattern.Positions(), position => kept[position] = true);
            return (new PrunableParameter(parameter.Name, [.. parameter.Shape]), kept);
        }));
        _module = new TorchNetwork(definition);
        _module.LoadParameters(Dense(network));
        PixelNormalization normalization = PixelNormalization.Unchanged(definition.InputShape.Channels);
        var run = new TrainingRun(settings, Mask, Images, Images, normalization, new RandomStreams(1));
        Torch = new TorchEngine(_module, run, _module.SeedDropout);
        Managed = ManagedEngine.Create(network, run, trained => _trained = trained, threads, path);
    }

    public ExampleSet Images { get; }

    /// <summary>All images.</summary>
    public ExampleBatch Batch => Images.Take(0, Images.Count);

    public PruningMask Mask { get; }

    public ITrainingEngine Managed { get; }

    public ITrainingEngine Torch { get; }

    public ITrainingEngine Of(TrainingEngine kind) => kind == TrainingEngine.Managed ? Managed : Torch;

    /// <summary>The weights that the managed engine has trained.</summary>
    public SparseNetwork Trained
    {
        get
        {
            Managed.Finish();
            return _trained!;
        }
    }

    /// <summary>The largest difference between parameters of the two engines, relative to the largest number of the parameter.</summary>
    public double FindDifference()
    {
        Dictionary<string, float[]> managed = Dense(Trained);
        return _module.NamedTensors().Where(entry => entry.Value.is_floating_point()).Max(entry =>
        {
            float[] expected = entry.Value.detach().data<float>().ToArray();
            double largest = Math.Max(1e-3, expected.Max(Math.Abs));
            return expected.Zip(managed[entry.Key], (a, b) => (double)Math.Abs(a - b)).Max() / largest;
        });
    }

    /// <summary>The sum of the losses of all images, and the number that are classified correctly.</summary>
    public (double LossSum, long Correct) Evaluate(ITrainingEngine engine)
    {
        var predicted = new int[Images.Count];
        double lossSum = engine.Evaluate(Batch, predicted);
        return (lossSum, predicted.Zip(Images.Dataset.Labels).LongCount(pair => pair.First == pair.Second));
    }

    /// <summary>The parameters of the managed engine.</summary>
    public Dictionary<string, float[]> ReadManaged() => Dense(Trained);

    /// <summary>
    /// The largest difference between the changes of a parameter by the two engines, relative to its largest change, or to a hundredth of
    /// the largest of all parameters. The bias of a layer before a batch norm is left out: its gradient is 0 but for rounding.
    /// </summary>
    /// <param name="before">The parameters before the changes.</param>
    public (string Name, double Difference) FindChangeDifference(Dictionary<string, float[]> before)
    {
        Dictionary<string, float[]> managed = Dense(Trained);
        HashSet<string> ignored = [.. _module.Definition.Layers.OfType<BatchNorm>().Select(norm => $"{norm.Input}.bias")];
        (string Name, double[] Expected, double[] Actual)[] changes =
        [
            .. _module.NamedTensors().Where(entry => entry.Value.is_floating_point() && !ignored.Contains(entry.Key)).Select(entry =>
                (entry.Key, Change(entry.Key, entry.Value.detach().data<float>().ToArray()), Change(entry.Key, managed[entry.Key]))),
        ];
        double floor = 0.01 * changes.Max(change => change.Expected.Max(Math.Abs));
        return changes.Select(change =>
        {
            double largest = Math.Max(floor, change.Expected.Max(Math.Abs));
            return (change.Name, change.Expected.Zip(change.Actual, (a, b) => Math.Abs(a - b)).Max() / largest);
        }).MaxBy(entry => entry.Item2);

        double[] Change(string name, float[] after) => [.. after.Zip(before[name], (now, old) => (double)now - old)];
    }

    public void Dispose()
    {
        Managed.Dispose();
        Torch.Dispose();
        _module.Dispose();
    }

    private static Dictionary<string, float[]> Dense(SparseNetwork network) => network.Vectors
        .Concat(network.Weights.Select(weight => KeyValuePair.Create(weight.Key, weight.Value.ToDense()))).ToDictionary();

    private static ExampleSet Draw(NetworkDefinition definition, int count, Random random, bool wholeNumbers, bool weighted)
    {
        var pixels = new FloatPixelStore(definition.InputShape);
        for (int image = 0; image < count; image++)
        {
            float[] numbers = RandomNetworks.Numbers(definition.InputShape.Count, random);
            pixels.Add(wholeNumbers ? Array.ConvertAll(numbers, MathF.Round) : numbers);
        }

        int[] labels = [.. Enumerable.Range(0, count).Select(_ => random.Next(definition.ClassCount))];
        string[] names = [.. Enumerable.Range(0, definition.ClassCount).Select(index => $"class {index}")];
        return ExampleSet.All(new ImageDataset(
            definition.InputShape, new ClassLabels(ClassValueKind.Text, [.. names]), labels, pixels)
        {
            Weights = weighted ? [.. Enumerable.Range(0, count).Select(_ => random.Next(4) * 0.7f)] : null,
        });
    }
}
