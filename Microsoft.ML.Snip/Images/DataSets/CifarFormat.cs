namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>
/// The binary version of the CIFAR data sets (https://www.cs.toronto.edu/~kriz/cifar.html): files of records, a record being one byte for
/// each label of an image, then 1024 bytes of red, 1024 of green and 1024 of blue, each plane row by row.
/// </summary>
/// <param name="Archive">The archive that the files come in, for messages.</param>
/// <param name="LabelCount">How many labels a record starts with.</param>
internal sealed record CifarFormat(string Archive, int LabelCount)
{
    /// <summary>Rows of pixels, and pixels in a row.</summary>
    public const int Side = 32;

    /// <summary>How many bytes a colour's plane has.</summary>
    public const int PlaneLength = Side * Side;

    /// <summary>How many bytes the three planes have.</summary>
    public const int ImageLength = 3 * PlaneLength;

    /// <summary>One label.</summary>
    public static CifarFormat Cifar10 { get; } = new("cifar-10-binary.tar.gz", 1);

    /// <summary>Two labels: first the coarse one, then the fine one.</summary>
    public static CifarFormat Cifar100 { get; } = new("cifar-100-binary.tar.gz", 2);

    /// <summary>How many bytes a record has.</summary>
    public int RecordLength => LabelCount + ImageLength;
}
