using System.Runtime.Intrinsics;
using Microsoft.ML.Snip.Engines.Managed.Planning;
using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Engines.Managed.Training.Execution;
using Microsoft.ML.Snip.Engines.Managed.Training.Operators;
using Microsoft.ML.Snip.Engines.Managed.Training.Parameters;
using Microsoft.ML.Snip.Engines.Managed.Training.Planning;
using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Engines.Managed.Training;

/// <summary>
/// Trains the kept connections of a network in managed code: time and memory follow what is kept. It trains the networks that
/// <see cref="TrainingCoverage"/> covers, and gives what training with masks gives, up to the rounding of sums. The result does not depend
/// on the number of threads.
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
    /// <param name="threads">The largest number of threads.</param>
    /// <param name="path">The vector width to use; by default the widest that the processor has.</param>
    public static ITrainingEngine Create(
        SparseNetwork network, PruningMask mask, TrainingSettings settings, ExampleSet training, ExampleSet? validation,
        PixelNormalization normalization, RandomStreams random, Action<SparseNetwork> finish, int threads = 1, VectorPath? path = null)
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
            new(network, mask, settings, training, validation, normalization, random, finish, threads);
    }
}

/// <summary>A <see cref="ManagedEngine"/> with vectors of one width.</summary>
internal sealed class ManagedEngine<TSimd, TVector> : ITrainingEngine
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>
    /// The multiplications with kept weights in the forward pass of a batch for which a second thread would start in time to help.
    /// </summary>
    private const double MinMultiplyAddsToShare = 5_000_000;

    private readonly SparseNetwork _initial;
    private readonly PruningMask _mask;
    private readonly TrainingPlan _plan;
    private readonly OptimizerPass<TSimd, TVector> _optimizer;
    private readonly BatchRunner<TSimd, TVector> _runner;
    private readonly BatchReader<TSimd, TVector> _training;
    private readonly BatchReader<TSimd, TVector>? _validation;
    private readonly Random _growth;
    private readonly Action<SparseNetwork> _finish;
    private NumberRange[] _inputRanges;
    private KeptWeights? _kept;
    private long _step;

    public ManagedEngine(
        SparseNetwork network, PruningMask mask, TrainingSettings settings, ExampleSet training, ExampleSet? validation,
        PixelNormalization normalization, RandomStreams random, Action<SparseNetwork> finish, int threads)
    {
        (_initial, _mask, _finish) = (network, mask, finish);
        int largest = Math.Max(settings.CountLargestBatch(training.Count), Math.Min(settings.BatchSize, validation?.Count ?? 0));
        var split = BatchSplit.Of<TSimd, TVector>(network.Definition, largest);
        _plan = TrainingPlanner<TSimd, TVector>.Build(network, random, split, settings);
        _optimizer = new OptimizerPass<TSimd, TVector>(_plan.Parameters, settings);
        var loss = new ClassificationLoss<TSimd, TVector>(settings.ClassWeights, settings.LabelSmoothing);
        _runner = new BatchRunner<TSimd, TVector>(
            _plan, split, loss, network.MultiplyAdds * largest < MinMultiplyAddsToShare ? 1 : threads);
        Augmenter? augmenter = settings.Augmentation is { } augmentation
            ? new Augmenter(augmentation, training.Dataset.Shape, normalization, random.Create("augmentation"))
            : null;
        _training = new BatchReader<TSimd, TVector>(training.Dataset, normalization, augmenter, split);
        _validation = validation is null
            ? null
            : new BatchReader<TSimd, TVector>(validation.Dataset, normalization, augmenter: null, split);
        _growth = random.Create("rewiring");
        _inputRanges = InputRanges.Find(settings.DropFraction == 0 ? ReadUnits.KeepRead(network) : network);
    }

    public (double Loss, long Correct) Step(ReadOnlySpan<int> examples, double learningRate)
    {
        _training.Read(examples);
        (double Loss, long Correct) result = _runner.Run(_training, _inputRanges, examples.Length, ++_step, learns: true);
        _optimizer.Step(learningRate);
        return result;
    }

    public double Evaluate(ReadOnlySpan<int> examples, Span<int> predicted)
    {
        BatchReader<TSimd, TVector> reader = _validation ?? throw new InvalidOperationException("There is no validation set.");
        reader.Read(examples);
        (double loss, _) = _runner.Run(reader, _inputRanges, examples.Length, _step, learns: false);
        _runner.Predicted.AsSpan(0, examples.Length).CopyTo(predicted);
        return loss * examples.Length;
    }

    public void UpdateMask(double fraction)
    {
        ParameterSet parameters = _plan.Parameters;
        foreach (WeightParameter weight in _plan.Weights)
        {
            float[] values = weight.Read(parameters.Values), means = weight.Read(parameters.Means);
            float[]? meanSquares = parameters.MeanSquares.Length > 0 ? weight.Read(parameters.MeanSquares) : null;
            if (ConnectionChange.Choose(weight.Pattern, values, fraction, _growth) is { } change)
            {
                weight.Plan(change.Pattern);
                weight.Write(parameters.Values, change.Carry(values, grown: 0));
                weight.Write(parameters.Means, change.Carry(means, grown: 0));
                if (meanSquares is not null)
                {
                    // From 0 a grown weight's mean square would stay small for many steps, and make these several times too long.
                    weight.Write(parameters.MeanSquares, change.Carry(meanSquares, grown: meanSquares.Average()));
                }
            }
        }

        _inputRanges = InputRanges.Find(Trained());
    }

    public void KeepWeights() => _kept = new KeptWeights(_plan);

    public void RestoreWeights() =>
        (_kept ?? throw new InvalidOperationException("No weights have been kept.")).Restore(_plan);

    public string? FindNotFinite() => _plan.Parameters.FindNotFinite()
        ?? _plan.Statistics.FirstOrDefault(entry => !ParameterSet.IsFinite(entry.Value)).Key;

    public PruningMask ReadMask()
    {
        Dictionary<string, SparsePattern> patterns = _plan.Weights.ToDictionary(weight => weight.Name, weight => weight.Pattern);
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

    /// <summary>A copy of the network with its current weights.</summary>
    private SparseNetwork Trained()
    {
        ParameterSet parameters = _plan.Parameters;
        Dictionary<string, SparseMatrix> weights = _plan.Weights.ToDictionary(
            weight => weight.Name, weight => new SparseMatrix(weight.Pattern, weight.Read(parameters.Values)));
        var vectors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (ParameterRange range in parameters.Ranges.Where(range => _initial.Vectors.ContainsKey(range.Name)))
        {
            vectors.Add(range.Name, parameters.ValuesOf(range).ToArray());
        }

        foreach ((string name, float[] values) in _plan.Statistics)
        {
            vectors.Add(name, [.. values]);
        }

        return new SparseNetwork(_initial.Definition, weights, vectors);
    }
}
