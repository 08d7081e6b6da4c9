using System.Runtime.Intrinsics;
using Microsoft.ML.Snip.Engines.Managed.Planning;
using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Engines.Managed.Training.Execution;
using Microsoft.ML.Snip.Engines.Managed.Training.Operators;
using Microsoft.ML.Snip.Engines.Managed.Training.Parameters;
using Microsoft.ML.Snip.Engines.Managed.Training.Planning;
using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Images.Examples;
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
    /// <param name="run">What to train with.</param>
    /// <param name="finish">Receives the trained network.</param>
    /// <param name="threads">The largest number of threads.</param>
    /// <param name="path">The vector width to use; by default the widest that the processor has.</param>
    public static ITrainingEngine Create(
        SparseNetwork network, TrainingRun run, Action<SparseNetwork> finish, int threads = 1, VectorPath? path = null)
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
            new(network, run, finish, threads);
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
    private readonly TrainingRun _run;
    private readonly TrainingPlan _plan;
    private readonly PlanState _state;
    private readonly OptimizerPass<TSimd, TVector> _optimizer;
    private readonly BatchRunner<TSimd, TVector> _runner;
    private readonly BatchReader<TSimd, TVector> _training;
    private readonly BatchReader<TSimd, TVector>? _validation;
    private readonly Action<SparseNetwork> _finish;
    private NumberRange[] _inputRanges;
    private long _step;

    public ManagedEngine(SparseNetwork network, TrainingRun run, Action<SparseNetwork> finish, int threads)
    {
        (_initial, _run, _finish) = (network, run, finish);
        int largest = Math.Max(run.LargestTrainingBatch, run.LargestValidationBatch);
        var split = BatchSplit.Of<TSimd, TVector>(network.Definition, largest);
        _plan = TrainingPlanner<TSimd, TVector>.Build(network, run.Random, split, run.Settings);
        _state = new PlanState(_plan, run.Mask.Parameters.Select(parameter => parameter.Name).ToHashSet(StringComparer.Ordinal));
        _optimizer = new OptimizerPass<TSimd, TVector>(_plan.Parameters, run.Settings);
        var loss = new ClassificationLoss<TSimd, TVector>(run.Settings.ClassWeights, run.Settings.LabelSmoothing);
        _runner = new BatchRunner<TSimd, TVector>(
            _plan, split, loss, network.MultiplyAdds * largest < MinMultiplyAddsToShare ? 1 : threads);
        _training = Reader(run.Training, run.CreateAugmenter());
        _validation = run.Validation is null ? null : Reader(run.Validation, augmenter: null);
        _inputRanges = InputRanges.Find(run.Settings.DropFraction == 0 ? ReadUnits.KeepRead(network) : network);

        BatchReader<TSimd, TVector> Reader(ExampleSet examples, Augmenter? augmenter) =>
            new(examples.Dataset.Shape, examples.Dataset.HasBytes, run.Normalization, augmenter, split);
    }

    public (double Loss, long Correct) Step(ExampleBatch batch, double learningRate)
    {
        _step++;
        _training.Read(batch, _run.Settings.Augmentation is null ? null : _run.ForAugmentation(_step));
        (double Loss, long Correct) result = _runner.Run(_training, _inputRanges, batch.Count, _step, learns: true);
        _optimizer.Step(learningRate, _step);
        return result;
    }

    public double Evaluate(ExampleBatch batch, Span<int> predicted)
    {
        BatchReader<TSimd, TVector> reader = _validation ?? throw new InvalidOperationException("There is no validation set.");
        reader.Read(batch, random: null);
        (double loss, _) = _runner.Run(reader, _inputRanges, batch.Count, _step, learns: false);
        _runner.Predicted.AsSpan(0, batch.Count).CopyTo(predicted);
        return loss * batch.Count;
    }

    public void UpdateMask(double fraction)
    {
        ParameterSet parameters = _plan.Parameters;
        var growth = new Random(_run.SeedOfGrowth(_step));
        foreach (WeightParameter weight in _plan.Weights)
        {
            float[] values = weight.Read(parameters.Values), means = weight.Read(parameters.Means);
            float[]? meanSquares = parameters.MeanSquares.Length > 0 ? weight.Read(parameters.MeanSquares) : null;
            if (ConnectionChange.Choose(weight.Pattern, values, fraction, growth) is { } change)
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

    public NetworkState Read(bool withOptimizer) =>
        new(_step, ReadMask(), _state.ReadParameters(withOptimizer), _state.ReadStatistics());

    public void Write(NetworkState state)
    {
        _step = state.Step;
        _state.Write(state);
        if (_run.Settings.DropFraction > 0)
        {
            _inputRanges = InputRanges.Find(Trained());
        }
    }

    public string? FindNotFinite() => _plan.Parameters.FindNotFinite()
        ?? _plan.Statistics.FirstOrDefault(entry => !ParameterSet.IsFinite(entry.Value)).Key;

    public void Finish() => _finish(Trained());

    public void Dispose()
    {
        // All memory is managed.
    }

    private PruningMask ReadMask()
    {
        Dictionary<string, SparsePattern> patterns = _plan.Weights.ToDictionary(weight => weight.Name, weight => weight.Pattern);
        return PruningMask.FromValues(_run.Mask.Parameters.Select(parameter =>
        {
            var kept = new bool[_run.Mask.KeptOf(parameter.Name).Length];
            foreach (int position in patterns[parameter.Name].Positions())
            {
                kept[position] = true;
            }

            return (parameter, kept);
        }));
    }

    /// <summary>A copy of the network with its current weights.</summary>
    private SparseNetwork Trained()
    {
        ParameterSet parameters = _plan.Parameters;
        Dictionary<string, SparseMatrix> weights = _plan.Weights.ToDictionary(
            weight => weight.Name, weight => new SparseMatrix(weight.Pattern, weight.Read(parameters.Values)));
        var vectors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (ParameterRange range in _plan.Vectors)
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
