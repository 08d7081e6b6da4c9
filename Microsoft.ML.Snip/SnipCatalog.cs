using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.Data.Sources;

namespace Microsoft.ML.Snip;

/// <summary>Trainers and data sets; see <see cref="SnipExtensions.Snip"/>.</summary>
public sealed class SnipCatalog
{
    private readonly IHostEnvironment _environment;

    internal SnipCatalog(IHostEnvironment environment) => _environment = environment;

    /// <summary>
    /// A trainer that prunes a network once, before training, by connection sensitivity (SNIP: Lee, Ajanthan and Torr, ICLR 2019), trains only what is
    /// kept, and gives a classifier that predicts without a native deep-learning runtime.
    /// </summary>
    /// <param name="labelColumnName">The label: a key column; put <c>MapValueToKey</c> before the trainer.</param>
    /// <param name="imageColumnName">
    /// The pictures: an <see cref="ML.Data.MLImage"/> column, or a vector of float with one number a pixel, or a vector of byte that holds an encoded picture.
    /// </param>
    /// <param name="predictedLabelColumnName">The output column with the most probable class, a key.</param>
    /// <param name="scoreColumnName">The output column with the probability of each class.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="sparsity">The share of connections to cut, in [0, 1); 0 trains the dense network.</param>
    /// <param name="epochs">Passes over the training set, at least 1.</param>
    /// <param name="validationSet">Rows to evaluate on after each epoch, or null; they are never trained on.</param>
    /// <exception cref="ArgumentException">A column name is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public PrunedImageClassificationTrainer PrunedImageClassification(
        string labelColumnName = "Label",
        string imageColumnName = "Image",
        string predictedLabelColumnName = "PredictedLabel",
        string scoreColumnName = "Score",
        NetworkArchitecture architecture = NetworkArchitecture.LeNet5,
        double sparsity = 0.95,
        int epochs = 20,
        IDataView? validationSet = null) =>
        PrunedImageClassification(new PrunedImageClassificationTrainer.Options
        {
            LabelColumnName = labelColumnName,
            ImageColumnName = imageColumnName,
            PredictedLabelColumnName = predictedLabelColumnName,
            ScoreColumnName = scoreColumnName,
            Architecture = architecture,
            Sparsity = sparsity,
            Epochs = epochs,
            ValidationSet = validationSet,
        });

    /// <summary>The same trainer with every setting at hand.</summary>
    /// <param name="options">The settings; they are copied, so later changes to the object change nothing.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">A column name is empty, or two settings contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public PrunedImageClassificationTrainer PrunedImageClassification(PrunedImageClassificationTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new PrunedImageClassificationTrainer(_environment, options);
    }

    /// <summary>
    /// Pictures and labels from a pair of files in the format of MNIST and Fashion-MNIST: columns Image (<see cref="ML.Data.MLImage"/>) and Label (text).
    /// The files are read lazily, each time the rows are.
    /// </summary>
    /// <param name="imagesPath">The file of pictures (idx3-ubyte), compressed with gzip or not.</param>
    /// <param name="labelsPath">The file of labels (idx1-ubyte), compressed with gzip or not.</param>
    /// <param name="classNames">What to call class 0, 1 and so on; null for the numbers.</param>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="FormatException">A file is not of this format, or the two hold different numbers of rows.</exception>
    public IDataView LoadIdx(string imagesPath, string labelsPath, string[]? classNames = null)
    {
        _environment.CheckNonEmpty(imagesPath, nameof(imagesPath));
        _environment.CheckNonEmpty(labelsPath, nameof(labelsPath));
        return new PictureDataView(IdxSource.Open(imagesPath, labelsPath, classNames));
    }
}
