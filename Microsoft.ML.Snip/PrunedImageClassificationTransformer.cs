using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Snip;
using Microsoft.ML.Snip.DataViews;
using Microsoft.ML.Snip.DataViews.Persistence;
using Microsoft.ML.Snip.DataViews.Scoring;
using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Torch.UserModules;
using Microsoft.ML.Snip.Formats.Model;

[assembly: LoadableClass(
    typeof(PrunedImageClassificationTransformer), null, typeof(SignatureLoadModel), "Pruned image classifier",
    ModelPersistence.LoaderSignature)]

namespace Microsoft.ML.Snip;

/// <summary>
/// A trained, pruned image classifier: adds the predicted label and the probability of each class to rows with images. Rows are scored in
/// batches. It is saved and loaded like every ML.NET transformer. Loading requires this assembly; TorchSharp is needed only if the network
/// is a custom module that only TorchSharp can run (see <see cref="SnipModules"/>).
/// </summary>
public sealed class PrunedImageClassificationTransformer : ITransformer, IDisposable
{
    private readonly IHost _host;
    private readonly ColumnNames _columns;
    private readonly SnipModel _model;
    private readonly SnipPredictor _predictor;
    private readonly ModelScorer _scorer;

    internal PrunedImageClassificationTransformer(
        IHostEnvironment environment, SnipModel model, INetworkExecutor executor, ColumnNames columns)
    {
        _host = environment.Register(nameof(PrunedImageClassificationTransformer));
        _columns = columns;
        _model = model;
        _predictor = new SnipPredictor(model, executor);
        _scorer = new ModelScorer(model, executor, columns, Warn);
    }

    /// <summary>The connections that pruning kept, for each layer and in total.</summary>
    public PruningReport Report => _model.Report;

    /// <summary>The course of training, epoch by epoch.</summary>
    public TrainingHistory History => _model.History;

    /// <summary>
    /// The largest number of threads that score a batch of rows, including the one that reads them, from 1 to 1024: that of
    /// <see cref="SnipPredictor.MaxThreads"/> of the same model. Default: 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not from 1 to 1024.</exception>
    public int MaxThreads
    {
        get => _predictor.MaxThreads;
        set => _predictor.MaxThreads = value;
    }

    /// <summary>The classes as text, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames => _model.Classes.Names;

    /// <summary>Always true: each row is scored independently of the others.</summary>
    bool ITransformer.IsRowToRowMapper => true;

    /// <summary>The input's columns and the two columns that scoring adds.</summary>
    /// <param name="inputSchema">A schema with the image column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The image column is missing or of another type than expected.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        return new ScoringMapper(_scorer, inputSchema).OutputSchema;
    }

    /// <summary>Adds the predicted label and the scores; rows are scored when they are read.</summary>
    /// <param name="input">Rows with the image column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The image column is missing or of another type than expected.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ScoredDataView(_scorer, input);
    }

    /// <summary>
    /// The same model for use without data views; safe for concurrent use by several threads, and independent of this object's lifetime.
    /// </summary>
    public SnipPredictor CreatePredictor() => _predictor;

    /// <summary>
    /// Writes the model without a pipeline. The file is replaced atomically: an old file is kept until the new one is complete.
    /// </summary>
    /// <param name="path">The file to write.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void SaveModelFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ModelFile.WriteAtomically(path, _model);
    }

    IRowToRowMapper ITransformer.GetRowToRowMapper(DataViewSchema inputSchema) => new ScoringMapper(_scorer, inputSchema);

    void ICanSaveModel.Save(ModelSaveContext ctx) => ModelPersistence.Save(ctx, _columns, _model);

    /// <summary>Does nothing: there are no resources to free. It exists because callers may dispose transformers.</summary>
    public void Dispose()
    {
    }

    private void Warn(string message)
    {
        using IChannel channel = _host.Start("Transform");
        new ChannelLog(channel).Warn(message);
    }

    /// <summary>Called by ML.NET when a model is loaded.</summary>
    private static PrunedImageClassificationTransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        (ColumnNames columns, SnipModel model) = ModelPersistence.Load(environment, context);
        return new PrunedImageClassificationTransformer(environment, model, ModuleRegistry.CreateExecutor(model.Network), columns);
    }
}
