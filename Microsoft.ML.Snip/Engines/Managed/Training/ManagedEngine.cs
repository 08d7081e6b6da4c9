using System.Runtime.Intrinsics;
using Microsoft.ML.Snip.Engines.Managed.Planning;
using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Engines.Managed.Training.Operators;
using Microsoft.ML.Snip.Engines.Managed.Training.Parameters;
using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Engines.Managed.Training;

/// <summary>
/// Trains the kept connections of a network in managed code: time and memory follow what is kept. It trains the networks that
/// <see cref="TrainingCoverage"/> covers, on one thread, and gives what training with masks gives, up to the rounding of sums.
/// </summary>
internal static class ManagedEngine
{
    /// <param name="network">The network with its initial weights.</param>
    /// <param name="mask">The kept connections.</param>
    /// <param name="settings">The training settings.</param>
    /// <param name="training">The training set.</param>
    /// <param name="validation">The validation set, or null.</param>
    /// <param name="normalization">The normalisation of the pixels.</param>
    /// <param name="random">The random numbers for augmentation, dropout and grown connections.</param>
    /// <param name="finish">Receives the trained network.</param>
    /// <param name="path">The vector width to use; by default the widest that the processor has.</param>
    public static ITrainingEngine Create(
        SparseNetwork network, PruningMask mask, TrainingSettings settings, ExampleSet training, ExampleSet? validation,
        PixelNormalization normalization, RandomStreams random, Action<SparseNetwork> finish, VectorPath? path = null)
    {
        return (path ?? VectorPaths.Best) switch
        {
            VectorPath.Vector512 => Create<Simd512, Vector512<float>>(),
            VectorPath.Vector256 => Create<Simd256, Vector256<float>>(),
            VectorPath.Vector128 => Create<Simd128, Vector128<float>>(),
            _ => Create<SimdScalar, float>(),
        };

        ManagedEngine<TSimd, TVector> Create<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct =>
            new(network, mask, settings, training, validation, normalization, random, finish);
    }
}

/// <summary>A <see cref="ManagedEngine"/> with vectors of one width.</summary>
internal sealed class ManagedEngine<TSimd, TVector> : ITrainingEngine
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly SparseNetwork _initial;
    private readonly PruningMask _mask;
    private readonly TrainingPlan _plan;
    private readonly OptimizerPass<TSimd, TVector> _optimizer;
    private readonly BatchReader<TSimd, TVector> _training;
    private readonly BatchReader<TSimd, TVector>? _validation;
    private readonly Random _growth;
    private readonly Action<SparseNetwork> _finish;
    private NumberRange[] _inputRanges;

    public ManagedEngine(
        SparseNetwork network, PruningMask mask, TrainingSettings settings, ExampleSet training, ExampleSet? validation,
        PixelNormalization normalization, RandomStreams random, Action<SparseNetwork> finish)
    {
        (_initial, _mask, _finish) = (network, mask, finish);
        int largest = Math.Max(settings.CountLargestBatch(training.Count), Math.Min(settings.BatchSize, validation?.Count ?? 0));
        int maxLanes = LanesFor(Math.Min(largest, MaxLanes));
        _plan = TrainingPlanner<TSimd, TVector>.Build(network, random, maxLanes);
        _optimizer = new OptimizerPass<TSimd, TVector>(_plan.Parameters, settings);
        Augmenter? augmenter = settings.Augmentation is { } augmentation
            ? new Augmenter(augmentation, training.Dataset.Shape, normalization, random.Create("augmentation"))
            : null;
        _training = new BatchReader<TSimd, TVector>(training.Dataset, normalization, augmenter, maxLanes);
        _validation = validation is null
            ? null
            : new BatchReader<TSimd, TVector>(validation.Dataset, normalization, augmenter: null, maxLanes);
        _growth = random.Create("rewiring");
        _inputRanges = InputRanges.Find(network);
    }

    /// <summary>The number of lanes of the largest tile, in which a batch is processed block by block.</summary>
    private static int MaxLanes => TileKernels<TSimd, TVector>.Largest * TSimd.Width;

    public (double Loss, long Correct) Step(ReadOnlySpan<int> examples, double learningRate)
    {
        (double lossSum, long correct) = Run(_training, examples, learns: true);
        _optimizer.Step(learningRate);
        return (lossSum / examples.Length, correct);
    }

    public (double LossSum, long Correct) Evaluate(ReadOnlySpan<int> examples) =>
        Run(_validation ?? throw new InvalidOperationException("There is no validation set."), examples, learns: false);

    public void UpdateMask(double fraction)
    {
        ParameterSet parameters = _plan.Parameters;
        foreach (ITrainableWeight weight in _plan.Weights)
        {
            float[] values = weight.Read(parameters.Values), means = weight.Read(parameters.Means);
            float[] meanSquares = weight.Read(parameters.MeanSquares);
            if (ConnectionChange.Choose(weight.Pattern, values, fraction, _growth) is { } change)
            {
                weight.Plan(change.Pattern);
                weight.Write(parameters.Values, change.Carry(values, grown: 0));
                weight.Write(parameters.Means, change.Carry(means, grown: 0));

                // From 0 a grown weight's mean square would stay small for many steps, and make these several times too long.
                weight.Write(parameters.MeanSquares, change.Carry(meanSquares, grown: meanSquares.Average()));
            }
        }

        _inputRanges = InputRanges.Find(Trained());
    }

    public string? FindNotFinite() => _plan.Parameters.FindNotFinite();

    public PruningMask ReadMask()
    {
        Dictionary<string, SparsePattern> patterns = _plan.Weights.ToDictionary(weight => weight.Range.Name, weight => weight.Pattern);
        return PruningMask.FromValues(_mask.Parameters.Select(parameter =>
        {
            var kept = new bool[_mask.KeptOf(parameter.Name).Length];
            foreach (int position in patterns[parameter.Name].Positions())
            {
                kept[position] = true;
            }

            return (parameter, kept);
        }));
    }

    public void Finish() => _finish(Trained());

    public void Dispose()
    {
        // All memory is managed.
    }

    /// <summary>The lanes for some images: those of the smallest tile that holds them.</summary>
    private static int LanesFor(int images) => TileKernels<TSimd, TVector>.Fit((images + TSimd.Width - 1) / TSimd.Width) * TSimd.Width;

    /// <summary>
    /// Runs a batch in blocks of about equal size. The sums of losses and gradients are made in the order of the blocks.
    /// </summary>
    private (double LossSum, long Correct) Run(BatchReader<TSimd, TVector> reader, ReadOnlySpan<int> examples, bool learns)
    {
        double lossSum = 0;
        long correct = 0;
        int blocks = (examples.Length + MaxLanes - 1) / MaxLanes;
        for (int index = 0; index < blocks; index++)
        {
            int first = (int)((long)examples.Length * index / blocks), end = (int)((long)examples.Length * (index + 1) / blocks);
            var block = new ImageBlock(end - first, LanesFor(end - first));
            ReadOnlySpan<int> labels = reader.Read(examples[first..end], _plan.Input, _inputRanges, block);
            foreach (TrainingOperator operation in _plan.Operators)
            {
                operation.Forward(block, learns);
            }

            (double blockLoss, long blockCorrect) = ClassificationLoss<TSimd, TVector>.Run(
                _plan.Logits, block, labels, 1f / examples.Length);
            lossSum += blockLoss;
            correct += blockCorrect;
            for (int operation = _plan.Operators.Length - 1; learns && operation >= 0; operation--)
            {
                _plan.Operators[operation].Backward(block);
            }
        }

        return (lossSum, correct);
    }

    /// <summary>A copy of the network with its current weights.</summary>
    private SparseNetwork Trained()
    {
        Dictionary<string, SparseMatrix> weights = _plan.Weights.ToDictionary(
            weight => weight.Range.Name, weight => new SparseMatrix(weight.Pattern, weight.Read(_plan.Parameters.Values)));
        Dictionary<string, float[]> vectors = _plan.Parameters.Ranges.Where(range => !weights.ContainsKey(range.Name)).ToDictionary(
            range => range.Name, range => _plan.Parameters.ValuesOf(range).ToArray());
        return new SparseNetwork(_initial.Definition, weights, vectors);
    }
}
