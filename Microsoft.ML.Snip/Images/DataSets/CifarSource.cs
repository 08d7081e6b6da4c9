using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>The images of CIFAR-10 or CIFAR-100 with one of their labels.</summary>
internal sealed class CifarSource : ImageSource
{
    private readonly CifarFormat _format;
    private readonly CifarFile[] _files;
    private readonly int _labelIndex;
    private readonly string[] _labelNames;

    private CifarSource(CifarFormat format, CifarFile[] files, int labelIndex, string[] labelNames)
    {
        _format = format;
        _files = files;
        _labelIndex = labelIndex;
        _labelNames = labelNames;
        Count = checked(files.Sum(file => file.Count));
    }

    public override int Count { get; }

    public override ImageDataViewType ImageType { get; } = new(CifarFormat.Side, CifarFormat.Side);

    public override bool IsRandomAccess => true;

    /// <summary>Finds and checks the files of CIFAR-10.</summary>
    public static CifarSource OpenCifar10(string folder, DatasetPart part)
    {
        Folders.CheckExists(folder);
        CifarFormat format = CifarFormat.Cifar10;
        string[] names = part == DatasetPart.Training
            ? ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"]
            : ["test_batch.bin"];
        return new CifarSource(
            format,
            [.. names.Select(name => CifarFile.Find(folder, name, format))],
            labelIndex: 0,
            ClassNameFile.Read(Path.Combine(folder, "batches.meta.txt"), CifarClassNames.Cifar10));
    }

    /// <summary>Finds and checks the files of CIFAR-100.</summary>
    public static CifarSource OpenCifar100(string folder, DatasetPart part, Cifar100Labels labels)
    {
        Folders.CheckExists(folder);
        CifarFormat format = CifarFormat.Cifar100;
        bool fine = labels == Cifar100Labels.Fine;
        return new CifarSource(
            format,
            [CifarFile.Find(folder, part == DatasetPart.Training ? "train.bin" : "test.bin", format)],
            labelIndex: fine ? 1 : 0,
            fine
                ? ClassNameFile.Read(Path.Combine(folder, "fine_label_names.txt"), CifarClassNames.Cifar100Fine)
                : ClassNameFile.Read(Path.Combine(folder, "coarse_label_names.txt"), CifarClassNames.Cifar100Coarse));
    }

    public override ImageReader Open(bool images, bool labels) => new CifarReader(_format, _files, _labelIndex, _labelNames);
}
