using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.DataViews;
using Microsoft.ML.Snip.DataViews.Sources;
using Microsoft.ML.Snip.Images.DataSets;

namespace Microsoft.ML.Snip;

/// <summary>Trainers and data sets; see <see cref="SnipExtensions.Snip"/>.</summary>
public sealed class SnipCatalog
{
    private readonly IHostEnvironment _environment;

    internal SnipCatalog(IHostEnvironment environment) => _environment = environment;

    /// <summary>
    /// A trainer that prunes a network once, before training, by connection sensitivity (SNIP: Lee, Ajanthan and Torr, ICLR 2019), trains
    /// only what is kept, and gives a classifier that predicts without a native deep-learning runtime.
    /// </summary>
    /// <param name="labelColumnName">The label: a key column; put <c>MapValueToKey</c> before the trainer.</param>
    /// <param name="imageColumnName">
    /// The images: an <see cref="ML.Data.MLImage"/> column; or a vector of float, or of byte with a known size, that holds pixels channel
    /// by channel, row by row; or a vector of byte of unknown size that holds an encoded image.
    /// </param>
    /// <param name="predictedLabelColumnName">The output column with the most probable class, a key.</param>
    /// <param name="scoreColumnName">The output column with the probability of each class.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="sparsity">The share of connections to cut, in [0, 1); 0 trains the dense network.</param>
    /// <param name="epochs">Passes over the training set, at least 1.</param>
    /// <param name="validationSet">Rows to evaluate on after each epoch, or null; they are never trained on.</param>
    /// <param name="imageShape">
    /// The shape to which images are resized and converted, or null for that of the image column's type, or else of the first image: see
    /// <see cref="PrunedImageClassificationTrainer.Options.ImageShape"/>.
    /// </param>
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
        IDataView? validationSet = null,
        ImageShape? imageShape = null) =>
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
            ImageShape = imageShape,
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
    /// Images and labels from a pair of files in the format of MNIST and Fashion-MNIST: columns Image (<see cref="ML.Data.MLImage"/>) and
    /// Label (text). The files are read lazily, each time the rows are.
    /// </summary>
    /// <param name="imagesPath">The file of images (idx3-ubyte), compressed with gzip or not.</param>
    /// <param name="labelsPath">The file of labels (idx1-ubyte), compressed with gzip or not.</param>
    /// <param name="classNames">What to call class 0, 1 and so on, each by another name; null for the numbers.</param>
    /// <exception cref="ArgumentException">A path is empty, or a class name is missing or occurs twice.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="FormatException">A file is not of this format, or the two hold different numbers of rows.</exception>
    public IDataView LoadIdx(string imagesPath, string labelsPath, string[]? classNames = null)
    {
        _environment.RequireText(imagesPath);
        _environment.RequireText(labelsPath);
        return new ImageDataView(IdxSource.Open(imagesPath, labelsPath, classNames));
    }

    /// <summary>
    /// CIFAR-10: 32 x 32 colour images of 10 classes, 50,000 to train on and 10,000 to test on; columns Image
    /// (<see cref="ML.Data.MLImage"/>) and Label (text). The files are read lazily, each time the rows are.
    /// </summary>
    /// <param name="folder">
    /// The folder cifar-10-batches-bin that <c>cifar-10-binary.tar.gz</c> unpacks to (https://www.cs.toronto.edu/~kriz/cifar.html):
    /// data_batch_1.bin to data_batch_5.bin, test_batch.bin, and batches.meta.txt with the classes' names, without which the same names are
    /// built in.
    /// </param>
    /// <param name="part">Which images.</param>
    /// <exception cref="DirectoryNotFoundException">The folder is missing.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="FormatException">A file has an impossible length or, found when it is read, an impossible label.</exception>
    public IDataView LoadCifar10(string folder, DatasetPart part)
    {
        CheckFolderAndPart(folder, part);
        return new ImageDataView(CifarSource.OpenCifar10(folder, part));
    }

    /// <summary>
    /// CIFAR-100: 32 x 32 colour images of 100 classes in 20 groups, 50,000 to train on and 10,000 to test on; columns Image
    /// (<see cref="ML.Data.MLImage"/>) and Label (text). The files are read lazily, each time the rows are.
    /// </summary>
    /// <param name="folder">
    /// The folder cifar-100-binary that <c>cifar-100-binary.tar.gz</c> unpacks to (https://www.cs.toronto.edu/~kriz/cifar.html): train.bin,
    /// test.bin, and fine_label_names.txt and coarse_label_names.txt, without which the same names are built in.
    /// </param>
    /// <param name="part">Which images.</param>
    /// <param name="labels">Which of an image's two labels.</param>
    /// <exception cref="DirectoryNotFoundException">The folder is missing.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="FormatException">A file has an impossible length or, found when it is read, an impossible label.</exception>
    public IDataView LoadCifar100(string folder, DatasetPart part, Cifar100Labels labels = Cifar100Labels.Fine)
    {
        CheckFolderAndPart(folder, part);
        _environment.RequireDefined(labels);
        return new ImageDataView(CifarSource.OpenCifar100(folder, part, labels));
    }

    /// <summary>
    /// Tiny ImageNet: 64 x 64 colour images of 200 classes, 100,000 to train on and 10,000 to test on; columns Image
    /// (<see cref="ML.Data.MLImage"/>) and Label (text). Each image's file is read when the image is.
    /// </summary>
    /// <param name="folder">
    /// The folder tiny-imagenet-200 that <c>tiny-imagenet-200.zip</c> unpacks to. It has wnids.txt (the classes' WordNet ids, such as
    /// n01443537, one a line), the training images <c>train/ID/images/*.JPEG</c>, the held-out images <c>val/images/*.JPEG</c> with their
    /// classes in <c>val/val_annotations.txt</c>, and words.txt, which names the ids.
    /// </param>
    /// <param name="part">
    /// Which images. Those to test on are the archive's part "val": the images in its part "test" have no labels.
    /// </param>
    /// <remarks>
    /// A label is the first word that words.txt has for a class, with the id where two classes share a word: "crane (n02012849)"; where the
    /// file is missing, it is the id.
    /// </remarks>
    /// <exception cref="DirectoryNotFoundException">A folder is missing.</exception>
    /// <exception cref="FileNotFoundException">
    /// A file is missing, or an image that the annotations name, or a class has no images.
    /// </exception>
    /// <exception cref="FormatException">A text file is not as it should be or, found when it is read, an image is not.</exception>
    public IDataView LoadTinyImageNet(string folder, DatasetPart part)
    {
        CheckFolderAndPart(folder, part);
        return new ImageDataView(TinyImageNet.Open(folder, part));
    }

    /// <summary>
    /// Images in a folder that has a subfolder for each class: columns Image (<see cref="ML.Data.MLImage"/>, of any size: the trainer
    /// resizes them, see <see cref="PrunedImageClassificationTrainer.Options.ImageShape"/>) and Label (text). Each image's file is read
    /// when the image is.
    /// </summary>
    /// <param name="folder">
    /// The folder. The names of its subfolders are the labels; the images in a subfolder, or anywhere below it, are the class's: PNG, JPEG,
    /// WebP, GIF (its first image), BMP and ICO, by the extension (of any of these, whatever the file holds) or, where that says nothing,
    /// by the bytes that the file begins with. Left out are other files, hidden files and folders, what systems leave in folders (names
    /// that begin with a dot, Thumbs.db, desktop.ini, __MACOSX), and links to folders; links to files are not. The log says how many files
    /// are left out, and why.
    /// </param>
    /// <remarks>
    /// Rows are in the order of the names, compared character by character: the same on every machine, and class after class. For a random
    /// part of them use <c>mlContext.Data.TrainTestSplit</c>; ML.NET's <c>ShuffleRows</c> drops columns of images. The log warns of
    /// subfolders without images, which give no class, and where the subfolders look like parts of a data set (train, test) that hold the
    /// classes' folders.
    /// </remarks>
    /// <exception cref="DirectoryNotFoundException">The folder is missing or has no subfolders.</exception>
    /// <exception cref="FileNotFoundException">No subfolder holds images.</exception>
    /// <exception cref="FormatException">Found when it is read: a file is not an image.</exception>
    public IDataView LoadImageFolder(string folder)
    {
        _environment.RequireText(folder);
        using IChannel channel = _environment.Start(nameof(LoadImageFolder));
        var log = new ChannelLog(channel);
        return new ImageDataView(ImageFolder.Open(folder, log.Info, log.Warn));
    }

    /// <summary>
    /// A data set in a format of your own: columns Image (<see cref="ML.Data.MLImage"/>) and Label (text). Images are read when the rows
    /// are.
    /// </summary>
    /// <param name="source">The data set. The view keeps it, and opens a reader of it for each cursor.</param>
    /// <exception cref="ArgumentNullException"><paramref name="source"/> is null.</exception>
    public IDataView LoadImages(ImageSource source)
    {
        _environment.RequireValue(source);
        return new ImageDataView(source);
    }

    private void CheckFolderAndPart(string folder, DatasetPart part)
    {
        _environment.RequireText(folder);
        _environment.RequireDefined(part);
    }
}
