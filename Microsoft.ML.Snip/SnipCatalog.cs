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
    /// Creates a trainer that prunes a network once, before training, by connection sensitivity (SNIP: Lee, Ajanthan and Torr, ICLR 2019),
    /// trains only the kept connections, and gives a classifier that predicts without a native deep-learning runtime.
    /// </summary>
    /// <param name="labelColumnName">The label, a key column; use <c>MapValueToKey</c> before the trainer.</param>
    /// <param name="imageColumnName">
    /// The images: an <see cref="ML.Data.MLImage"/> column; or a vector of float, or a vector of byte with a known size, with pixels
    /// channel by channel, row by row; or a vector of byte of unknown size with an encoded image.
    /// </param>
    /// <param name="predictedLabelColumnName">The output column with the most probable class, a key.</param>
    /// <param name="scoreColumnName">The output column with the probability of each class.</param>
    /// <param name="architecture">The network.</param>
    /// <param name="sparsity">The fraction of connections to prune, in [0, 1); 0 trains the dense network.</param>
    /// <param name="epochs">The number of passes over the training set, at least 1.</param>
    /// <param name="validationSet">Rows to evaluate after each epoch, or null; they are never used for training.</param>
    /// <param name="imageShape">
    /// The shape to which images are resized and converted; null to use the shape of the image column's type, or else to choose it from the
    /// first image: see <see cref="PrunedImageClassificationTrainer.Options.ImageShape"/>.
    /// </param>
    /// <exception cref="ArgumentException">A column name is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range.</exception>
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

    /// <summary>Creates the same trainer with all settings.</summary>
    /// <param name="options">The settings; they are copied, so later changes have no effect.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">A column name is empty, or two settings contradict each other.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is outside its range.</exception>
    public PrunedImageClassificationTrainer PrunedImageClassification(PrunedImageClassificationTrainer.Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new PrunedImageClassificationTrainer(_environment, options);
    }

    /// <summary>
    /// Loads images and labels from a pair of files in the format of MNIST and Fashion-MNIST: columns Image (<see cref="ML.Data.MLImage"/>)
    /// and Label (text). The files are read lazily, each time the rows are read.
    /// </summary>
    /// <param name="imagesPath">The file of images (idx3-ubyte), compressed with gzip or not.</param>
    /// <param name="labelsPath">The file of labels (idx1-ubyte), compressed with gzip or not.</param>
    /// <param name="classNames">The names of classes 0, 1 and so on, all different; null to use the numbers.</param>
    /// <exception cref="ArgumentException">A path is empty, or a class name is missing or occurs twice.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="FormatException">A file does not have this format, or the two have different numbers of rows.</exception>
    public IDataView LoadIdx(string imagesPath, string labelsPath, string[]? classNames = null)
    {
        _environment.RequireText(imagesPath);
        _environment.RequireText(labelsPath);
        return new ImageDataView(IdxSource.Open(imagesPath, labelsPath, classNames));
    }

    /// <summary>
    /// Loads CIFAR-10: 32 x 32 colour images of 10 classes, 50,000 to train on and 10,000 to test on; columns Image
    /// (<see cref="ML.Data.MLImage"/>) and Label (text). The files are read lazily, each time the rows are read.
    /// </summary>
    /// <param name="folder">
    /// The folder cifar-10-batches-bin of the archive <c>cifar-10-binary.tar.gz</c> (https://www.cs.toronto.edu/~kriz/cifar.html), with
    /// data_batch_1.bin to data_batch_5.bin, test_batch.bin, and optionally batches.meta.txt with the names of the classes; without it the
    /// same names are built in.
    /// </param>
    /// <param name="part">The part to load.</param>
    /// <exception cref="DirectoryNotFoundException">The folder is missing.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="FormatException">A file has an impossible length, or (thrown when it is read) an impossible label.</exception>
    public IDataView LoadCifar10(string folder, DatasetPart part)
    {
        CheckFolderAndPart(folder, part);
        return new ImageDataView(CifarSource.OpenCifar10(folder, part));
    }

    /// <summary>
    /// Loads CIFAR-100: 32 x 32 colour images of 100 classes in 20 groups, 50,000 to train on and 10,000 to test on; columns Image
    /// (<see cref="ML.Data.MLImage"/>) and Label (text). The files are read lazily, each time the rows are read.
    /// </summary>
    /// <param name="folder">
    /// The folder cifar-100-binary of the archive <c>cifar-100-binary.tar.gz</c> (https://www.cs.toronto.edu/~kriz/cifar.html), with
    /// train.bin, test.bin, and optionally fine_label_names.txt and coarse_label_names.txt; without them the same names are built in.
    /// </param>
    /// <param name="part">The part to load.</param>
    /// <param name="labels">Which of an image's two labels to load.</param>
    /// <exception cref="DirectoryNotFoundException">The folder is missing.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="FormatException">A file has an impossible length, or (thrown when it is read) an impossible label.</exception>
    public IDataView LoadCifar100(string folder, DatasetPart part, Cifar100Labels labels = Cifar100Labels.Fine)
    {
        CheckFolderAndPart(folder, part);
        _environment.RequireDefined(labels);
        return new ImageDataView(CifarSource.OpenCifar100(folder, part, labels));
    }

    /// <summary>
    /// Loads Tiny ImageNet: 64 x 64 colour images of 200 classes, 100,000 to train on and 10,000 to test on; columns Image
    /// (<see cref="ML.Data.MLImage"/>) and Label (text). Each image's file is read when the image is read.
    /// </summary>
    /// <param name="folder">
    /// The folder tiny-imagenet-200 of the archive <c>tiny-imagenet-200.zip</c>. It has wnids.txt (the WordNet ids of the classes, such as
    /// n01443537, one on each line), the training images <c>train/ID/images/*.JPEG</c>, the held-out images <c>val/images/*.JPEG</c> with
    /// their classes in <c>val/val_annotations.txt</c>, and words.txt with names for the ids.
    /// </param>
    /// <param name="part">
    /// The part to load. The test images are the archive's part "val": the images in its part "test" have no labels.
    /// </param>
    /// <remarks>
    /// A label is the first word for a class in words.txt, followed by the id if two classes have the same word: "crane (n02012849)". If
    /// the file is missing, the label is the id.
    /// </remarks>
    /// <exception cref="DirectoryNotFoundException">A folder is missing.</exception>
    /// <exception cref="FileNotFoundException">
    /// A file or an image listed in the annotations is missing, or a class has no images.
    /// </exception>
    /// <exception cref="FormatException">
    /// A text file does not have the expected format, or (thrown when it is read) an image cannot be decoded.
    /// </exception>
    public IDataView LoadTinyImageNet(string folder, DatasetPart part)
    {
        CheckFolderAndPart(folder, part);
        return new ImageDataView(TinyImageNet.Open(folder, part));
    }

    /// <summary>
    /// Loads images from a folder that has a subfolder for each class: columns Image (<see cref="ML.Data.MLImage"/>, of any size: the
    /// trainer resizes images, see <see cref="PrunedImageClassificationTrainer.Options.ImageShape"/>) and Label (text). Each image's file
    /// is read when the image is read.
    /// </summary>
    /// <param name="folder">
    /// The folder. The names of its subfolders are the labels; the images in a subfolder, or anywhere below it, belong to its class.
    /// Supported formats are PNG, JPEG, WebP, GIF (its first image), BMP and ICO. A file with the extension of an image counts as an image,
    /// whatever its content; other files are recognised by their first bytes. Skipped are all other files, hidden files and folders, files
    /// and folders of operating systems (names that begin with a dot, Thumbs.db, desktop.ini, __MACOSX), and links to folders, but not
    /// links to files. The log reports how many files are skipped, and why.
    /// </param>
    /// <remarks>
    /// Rows are sorted by name, compared character by character: the order is the same on every machine, class after class. For a random
    /// split use <c>mlContext.Data.TrainTestSplit</c>; ML.NET's <c>ShuffleRows</c> drops image columns. The log warns of subfolders without
    /// images, which give no class, and of subfolders that look like the parts of a data set (train, test), with the classes' folders in
    /// them.
    /// </remarks>
    /// <exception cref="DirectoryNotFoundException">The folder is missing or has no subfolders.</exception>
    /// <exception cref="FileNotFoundException">No subfolder holds images.</exception>
    /// <exception cref="FormatException">A file is not an image; thrown when it is read.</exception>
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
