using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.Images;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.DataViews.Loading;

/// <summary>Reads labelled images from an <see cref="IDataView"/>, in one pass and in the order of its rows.</summary>
internal sealed class ImageDatasetLoader
{
    private readonly string _labelColumnName;
    private readonly string _imageColumnName;
    private readonly Action _checkCancelled;
    private readonly Action<string> _report;

    /// <param name="labelColumnName">A column of keys.</param>
    /// <param name="imageColumnName">A column of a type that <see cref="ImageColumn"/> supports.</param>
    /// <param name="checkCancelled">Called every few hundred rows; throws to stop the loading.</param>
    /// <param name="report">Receives warnings about the data, one sentence for each call.</param>
    public ImageDatasetLoader(string labelColumnName, string imageColumnName, Action checkCancelled, Action<string> report)
    {
        _labelColumnName = labelColumnName;
        _imageColumnName = imageColumnName;
        _checkCancelled = checkCancelled;
        _report = report;
    }

    /// <summary>The background colour for images with transparent parts.</summary>
    public Background Background { get; init; } = Background.White;

    /// <summary>What happens to rows whose image cannot be read.</summary>
    public InvalidImages InvalidImages { get; init; } = InvalidImages.Fail;

    /// <summary>The memory for the images of each data set, in bytes. Images that need more are read again for each pass.</summary>
    public long MaxBytes { get; init; } = long.MaxValue;

    /// <summary>The name of the training set's column of example weights, or null.</summary>
    public string? WeightColumnName { get; init; }

    /// <summary>Receives information for the user, one sentence for each call.</summary>
    public Action<string> Inform { get; init; } = _ => { };

    /// <summary>Measures how long reading takes.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Loads a training set.</summary>
    /// <param name="data">The data.</param>
    /// <param name="shape">The images' shape if the user specified it; null to find it out.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or the shape is invalid or cannot be found out.
    /// </exception>
    /// <exception cref="FormatException">Images cannot be decoded.</exception>
    /// <exception cref="InvalidOperationException">
    /// The data cannot be learned from (no rows, one class), or rows do not hold valid images.
    /// </exception>
    public ImageDataset LoadTrainingSet(IDataView data, ImageShape? shape = null)
    {
        DataViewSchema.Column labels = FindLabels(data.Schema);
        var classes = LabelKeys.Read(labels);
        if (classes.Count < 2)
        {
            throw HasLabels(data, labels, out long rows)
                ? Contracts.Except($"Label column '{labels.Name}' has {classes.Count} class(es); classification needs at least 2 classes.")
                : RowLoader.NoLabelledRows("training data", labels, rows);
        }

        ImageColumn images = ResolveImages(data, shape) with { Background = Background };
        ImageDataset dataset = Rows("training data", images, WeightColumnName).Load(data, labels, classes, classOf: key => key);
        int first = dataset.Labels[0];
        return Array.Exists(dataset.Labels, label => label != first)
            ? dataset
            : throw Contracts.Except(
                $"All {dataset.Count} labelled rows of the training data are of class '{classes.Names[first]}'; "
                + "classification needs at least 2 classes.");
    }

    /// <summary>Loads a validation set for a training set. Labels are matched by value: its keys may be in another order.</summary>
    /// <param name="data">The data.</param>
    /// <param name="training">The training set, which gives the classes and the images' shape.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    /// <exception cref="FormatException">An image cannot be decoded.</exception>
    /// <exception cref="InvalidOperationException">
    /// There are no rows, or a row does not hold a valid image, or has a class that the training set does not have.
    /// </exception>
    public ImageDataset LoadValidationSet(IDataView data, ImageDataset training)
    {
        CheckTransformed(data.Schema);
        DataViewSchema.Column labels = FindLabels(data.Schema);
        var classes = LabelKeys.Read(labels);
        if (classes.Kind != training.Classes.Kind)
        {
            throw Contracts.ExceptSchemaMismatch(
                nameof(data), "label", labels.Name,
                $"keys for {training.Classes.Kind} values as in the training data", $"keys for {classes.Kind} values");
        }

        var classOfName = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int index = 0; index < training.Classes.Count; index++)
        {
            classOfName.TryAdd(training.Classes.Names[index], index);
        }

        ImageColumn images = ImageColumn.Resolve(data.Schema, _imageColumnName, training.Shape) with { Background = Background };
        return Rows("ValidationSet", images, weightColumnName: null).Load(
            data, labels, training.Classes,
            key => classOfName.TryGetValue(classes.Names[key], out int index)
                ? index
                : throw Contracts.Except(
                    $"A row of the validation data is of class '{classes.Names[key]}', "
                    + $"which label column '{labels.Name}' of the training data does not have."));
    }

    private DataViewSchema.Column FindLabels(DataViewSchema schema) =>
        schema.GetColumnOrNull(_labelColumnName)
        ?? throw Contracts.ExceptParam(nameof(schema), $"Could not find label column '{_labelColumnName}'{PresentColumns.List(schema)}.");

    /// <summary>
    /// A trainer gets its training rows from the pipeline, but its ValidationSet directly from the user, who may have forgotten to
    /// transform it.
    /// </summary>
    private void CheckTransformed(DataViewSchema validation)
    {
        string? found = validation.GetColumnOrNull(_labelColumnName) switch
        {
            null => $"no label column '{_labelColumnName}'{PresentColumns.List(validation)}",
            { Type: not KeyDataViewType and var type } => $"a label column '{_labelColumnName}' of type {type}, expected a key",
            _ when validation.GetColumnOrNull(_imageColumnName) is null =>
                $"no image column '{_imageColumnName}' ({ImageColumn.WhyMissing}){PresentColumns.List(validation)}",
            _ => null,
        };
        if (found is not null)
        {
            throw Contracts.ExceptParam(
                nameof(validation),
                $"The ValidationSet has {found}. Transform it with the pipeline's steps before the trainer, like the training rows.");
        }
    }

    private RowLoader Rows(string what, ImageColumn images, string? weightColumnName) => new(what, images, InvalidImages, Clock)
    {
        CheckCancelled = _checkCancelled,
        Report = _report,
        Inform = Inform,
        MaxBytes = MaxBytes,
        WeightColumnName = weightColumnName,
    };

    /// <summary>
    /// The image column with its shape: the specified one, or that of its type, or else one chosen from the first image's size.
    /// </summary>
    private ImageColumn ResolveImages(IDataView data, ImageShape? shape)
    {
        if (shape is not null || data.Schema.GetColumnOrNull(_imageColumnName) is not { } column || !FirstImage.IsNeeded(column))
        {
            return ImageColumn.Resolve(data.Schema, _imageColumnName, shape);
        }

        if (FirstImage.FindSize(data, column, _checkCancelled) is not (int width, int height))
        {
            throw Contracts.Except("The training data has no rows.");
        }

        ImageShape chosen = DefaultShape.For(width, height);
        Inform(
            $"No image size is specified: all images are resized to {chosen.Width} x {chosen.Height} pixels, chosen from the first image, "
            + $"which has {width} x {height}. Set Options.ImageShape for another size.");
        return ImageColumn.Resolve(data.Schema, _imageColumnName, chosen) with { ChannelsAreGuessed = true };
    }

    /// <summary>Searches for the first row with a label.</summary>
    /// <param name="data">The data.</param>
    /// <param name="labelColumn">The label column.</param>
    /// <param name="rows">How many rows come before the first labelled row.</param>
    private bool HasLabels(IDataView data, DataViewSchema.Column labelColumn, out long rows)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([labelColumn]);
        var reader = new LabelReader(cursor, labelColumn);
        for (rows = 0; cursor.MoveNext(); rows++)
        {
            if (rows % RowPass.RowsBetweenChecks == 0)
            {
                _checkCancelled();
            }

            if (reader.Read() >= 0)
            {
                return true;
            }
        }

        return false;
    }
}
