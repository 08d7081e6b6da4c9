using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.ML.Snip.Images.Examples;

namespace Microsoft.ML.Snip.Training;

/// <summary>
/// The training loop for any engine: learning rate, mask updates, divergence, validation, checkpoints, progress. A loop trains once.
/// </summary>
internal sealed class TrainingLoop
{
    private readonly TrainingRun _run;
    private readonly TrainingSettings _settings;
    private readonly ITrainingEngine _engine;
    private readonly TrainingCallbacks _callbacks;
    private readonly ShuffledExamples _examples;
    private readonly Validation? _validation;
    private readonly MaskUpdateSchedule? _updates;
    private BestEpoch? _best;
    private readonly Stopwatch _clock = new();
    private readonly TimeSpan _elapsedBefore;
    private ImmutableArray<EpochSummary> _epochs = [];
    private EpochSums _current = new();
    private NetworkState? _bestNetwork;
    private double? _firstLoss;
    private TrainingState? _lastGood;
    private int _restarts;
    private long _examplesSinceStart;
    private TimeSpan _saved;

    /// <param name="run">What to train with.</param>
    /// <param name="engine">Computes the steps, for a network with its initial weights.</param>
    /// <param name="callbacks">Whom to tell what happens.</param>
    /// <param name="from">Where to go on; null to start.</param>
    public TrainingLoop(TrainingRun run, ITrainingEngine engine, TrainingCallbacks callbacks, TrainingState? from = null)
    {
        (_run, _settings, _engine, _callbacks) = (run, run.Settings, engine, callbacks);
        _examples = new ShuffledExamples(run.Training, _settings, run.Random);
        _validation = run.Validation is { } validation
            ? new Validation(engine, validation, _settings.BatchSize, callbacks.CheckAlive)
            : null;
        _updates = _settings.DropFraction > 0
            ? new MaskUpdateSchedule(_settings.DropFraction, _settings.MaskUpdateInterval, StepCount)
            : null;
        if (from is not null)
        {
            engine.Write(from.Network);
            (_restarts, _lastGood, _elapsedBefore) = (from.Restarts, from.LastGood, from.Elapsed);
        }

        GoTo(from ?? new TrainingState(engine.Read(withOptimizer: false)));
    }

    private long StepCount => (long)_examples.BatchCount * _settings.Epochs;

    /// <summary>The number of steps so far.</summary>
    private long Step => ((long)_epochs.Length * _examples.BatchCount) + _current.Batches;

    private TimeSpan Elapsed => _elapsedBefore + _clock.Elapsed;

    private bool IsTimeUp => Step > 0 && Elapsed >= _settings.MaxTime;

    private bool IsOver => _epochs.Length == _settings.Epochs || IsTimeUp || _best is { IsPatienceOver: true };

    /// <summary>The lowest loss of the epochs before the last one, or of the first step.</summary>
    private double LowestLossBefore => _epochs[..^1].Select(epoch => epoch.Loss).Append(_firstLoss!.Value).Min();

    private double LearningRate => _settings.LearningRate * Divergence.RateAfter(_restarts);

    /// <summary>Trains the network.</summary>
    /// <returns>The results of each epoch, and the final mask, which is the run's mask itself if there are no mask updates.</returns>
    /// <exception cref="InvalidOperationException">Training diverges.</exception>
    public (TrainingHistory History, PruningMask Mask) Run()
    {
        _clock.Start();
        KeepGood();
        Save();
        try
        {
            while (!IsOver)
            {
                if (TrainEpoch() && _current.Batches == _examples.BatchCount)
                {
                    EndEpoch();
                    KeepGood();
                    Save();
                }
            }

            if (_current.Batches > 0)
            {
                Save(); // Time is up inside an epoch; with more time, training goes on from here.
                EndEpoch();
            }
        }
        catch (OperationCanceledException)
        {
            Save();
            throw;
        }

        if (_best is not null && _best.Number != _epochs[^1].Epoch)
        {
            _engine.Write(_bestNetwork!);
        }

        var history = new TrainingHistory(_epochs)
        {
            BestEpoch = _best?.Number, Restarts = _restarts, ValidationClasses = _validation?.EvaluateClasses(),
        };
        _engine.Finish();
        return (history, _updates is null ? _run.Mask : _engine.Read(withOptimizer: false).Mask);
    }

    /// <summary>Trains the rest of an epoch, or until time is up; false if it has to be trained again.</summary>
    private bool TrainEpoch()
    {
        int epoch = _epochs.Length + 1;
        foreach (ExampleBatch batch in _examples.Read(epoch, _current.Batches))
        {
            _callbacks.CheckAlive();
            double rate = _settings.RateAt(LearningRate, Step, _examples.BatchCount);
            (double loss, long correct) = _engine.Step(batch, rate);
            if (!double.IsFinite(loss))
            {
                return Restart(FormattableString.Invariant($"the loss is {loss} in batch {_current.Batches + 1} of epoch {epoch}"));
            }

            _firstLoss ??= loss;
            _current = _current.Add(batch.Count, loss, correct, rate);
            if (_updates?.FractionAfter(Step) is > 0 and var fraction)
            {
                _engine.UpdateMask(fraction);
            }

            Report(epoch, batch.Count);
            if (IsTimeUp)
            {
                break;
            }

            if (_clock.Elapsed - _saved >= _settings.CheckpointInterval)
            {
                Save();
            }
        }

        return _engine.FindNotFinite() is not { } name
            || Restart($"after epoch {epoch} '{name}' has values that are not finite");
    }

    private void EndEpoch()
    {
        var summary = new EpochSummary(_epochs.Length + 1, _current.LearningRate, _current.Loss, _current.Accuracy);
        summary = _validation is null ? summary : _validation.AddTo(summary);
        _epochs = _epochs.Add(summary);
        _current = new EpochSums();
        if (_best?.IsBest(summary) == true)
        {
            _bestNetwork = _engine.Read(withOptimizer: false);
        }

        _callbacks.ReportEpoch(summary);
    }

    /// <summary>
    /// Remembers where to restart from: the start, or the end of the last epoch with a lower loss than all before. A network that is
    /// about to diverge has finite numbers still.
    /// </summary>
    private void KeepGood()
    {
        if (_restarts == _settings.DivergenceRestarts)
        {
            _lastGood = null;
        }
        else if (_current.Batches == 0 && (_epochs.IsEmpty || _epochs[^1].Loss <= LowestLossBefore))
        {
            _lastGood = State() with { LastGood = null };
        }
    }

    /// <summary>Goes back to where all was well, with a lower learning rate, if that is allowed.</summary>
    /// <param name="sign">What shows the divergence, as a part of a sentence.</param>
    /// <returns>Always false: the epoch has not been trained.</returns>
    /// <exception cref="InvalidOperationException">Training has diverged and may not restart.</exception>
    private bool Restart(string sign)
    {
        if (_lastGood is null || IsTimeUp)
        {
            throw Divergence.Found(sign, LearningRate);
        }

        _engine.Write(_lastGood.Network);
        GoTo(_lastGood);
        _restarts++;
        KeepGood();
        _callbacks.Warn(string.Create(
            CultureInfo.InvariantCulture,
            $"Training diverged: {sign}. It restarts from the beginning of epoch {_epochs.Length + 1} with the learning rate of the "
            + $"schedule multiplied by {Divergence.RateAfter(_restarts)}."));
        return false;
    }

    /// <summary>Takes over a course of training.</summary>
    [MemberNotNull(nameof(_current))]
    private void GoTo(TrainingState state)
    {
        (_epochs, _current, _firstLoss, _bestNetwork) = (state.Epochs, state.Current, state.FirstLoss, state.BestNetwork);
        _best = _settings.EarlyStopping is { } stopping && _run.Validation is not null ? new BestEpoch(stopping, state.Best) : null;
    }

    private TrainingState State() => new(_engine.Read(withOptimizer: true))
    {
        Epochs = _epochs,
        Current = _current,
        FirstLoss = _firstLoss,
        Best = _best?.State,
        BestNetwork = _bestNetwork,
        LastGood = _lastGood,
        Restarts = _restarts,
        Elapsed = Elapsed,
    };

    private void Report(int epoch, int examples)
    {
        _examplesSinceStart += examples;
        double speed = _examplesSinceStart / _clock.Elapsed.TotalSeconds;
        long left = ((long)(_settings.Epochs - epoch + 1) * _run.Training.Count) - _current.Examples;
        _callbacks.Report(new TrainingProgress(
            epoch, _settings.Epochs, _current.Batches, _examples.BatchCount, _current.Loss, _current.Accuracy, speed,
            TimeSpan.FromSeconds(left / speed)));
    }

    private void Save()
    {
        if (_callbacks.Save is null)
        {
            return;
        }

        _callbacks.Save(State());
        _saved = _clock.Elapsed;
    }
}
