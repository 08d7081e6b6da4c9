using Microsoft.ML;
using Microsoft.ML.Snip;
using Samples.Common;

namespace PaperTables;

/// <summary>Images to train and to test on.</summary>
/// <param name="Name">What the table calls it.</param>
/// <param name="Shape">The shape of an image.</param>
/// <param name="ClassCount">How many classes.</param>
/// <param name="Training">Rows to train on.</param>
/// <param name="TrainingCount">How many.</param>
/// <param name="Test">Rows to test on, in an order in which the first few are a fair sample.</param>
internal sealed record DataSet(string Name, ImageShape Shape, int ClassCount, IDataView Training, int TrainingCount, IDataView Test)
{
    private static readonly MLContext s_mlContext = new(0);

    /// <summary>The shipped 10,000 images split 8,000 / 2,000, or the full set from a folder.</summary>
    public static DataSet OpenFashionMnist(string? folder)
    {
        (IDataView training, IDataView test) = FashionMnist.Load(s_mlContext, folder);
        return Open(folder is null ? "Fashion-MNIST, shipped part" : "Fashion-MNIST", new ImageShape(1, 28, 28), 10, training, test);
    }

    public static DataSet OpenCifar10(string folder)
    {
        SnipCatalog catalog = s_mlContext.Snip();
        return Open(
            "CIFAR-10",
            new ImageShape(3, 32, 32),
            10,
            catalog.LoadCifar10(folder, DatasetPart.Training),
            catalog.LoadCifar10(folder, DatasetPart.Test));
    }

    public static DataSet OpenTinyImageNet(string folder)
    {
        SnipCatalog catalog = s_mlContext.Snip();
        return Open(
            "Tiny ImageNet",
            new ImageShape(3, 64, 64),
            200,
            catalog.LoadTinyImageNet(folder, DatasetPart.Training),
            catalog.LoadTinyImageNet(folder, DatasetPart.Test));
    }

    /// <summary>Whether a network takes images of this shape.</summary>
    public bool Fits(NetworkArchitecture architecture)
    {
        try
        {
            RequireFits(architecture);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <exception cref="ArgumentException">The network does not take images of this shape.</exception>
    public void RequireFits(NetworkArchitecture architecture)
    {
        try
        {
            NetworkDefinition.FromArchitecture(architecture, Shape, ClassCount);
        }
        catch (ArgumentException exception)
        {
            throw new ArgumentException($"{architecture} does not fit {Name}, images of {Shape}: {exception.Message}", exception);
        }
    }

    /// <summary>As many training rows, evenly spread: files may be sorted by class.</summary>
    public IDataView TakeTraining(int count)
    {
        if (count >= TrainingCount)
        {
            return Training;
        }

        int step = TrainingCount / count;
        IDataView spread = s_mlContext.Data.FilterByStatefulCustomPredicate<Row, Position>(
            Training, (_, position) => position.Next++ % step != 0, position => position.Next = 0);
        return s_mlContext.Data.TakeRows(spread, count);
    }

    /// <summary>A data set of which the loaders know the number of rows.</summary>
    private static DataSet Open(string name, ImageShape shape, int classCount, IDataView training, IDataView test) =>
        new(name, shape, classCount, training, (int)training.GetRowCount()!, test);

    private sealed class Row
    {
        public string Label { get; set; } = string.Empty;
    }

    private sealed class Position
    {
        public int Next { get; set; }
    }
}
