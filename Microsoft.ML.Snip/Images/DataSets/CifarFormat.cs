namespace Microsoft.ML.Snip.Images.DataSets;

/// <summary>
/// The binary version of the CIFAR data sets (https://www.cs.toronto.edu/~kriz/cifar.html): files of records. A record has one byte for
/// each label of an image, then 1024 bytes of red, 1024 of green and 1024 of blue, each plane row by row.
/// </summary>
/// <param name="Archive">The archive that contains the files, for messages.</param>
/// <param name="LabelCount">The number of labels at the start of a record.</param>
internal sealed record CifarFormat(string Archive, int LabelCount)
{
    /// <summary>The height and width of an image in pixels.</summary>
    public const int Side = 32;

    /// <summary>The number of bytes in the plane of one colour.</summary>
    public const int PlaneLength = Side * Side;

    /// <summary>The number of bytes in the three planes.</summary>
    public const int ImageLength = 3 * PlaneLength;

    /// <summary>CIFAR-10, with one label.</summary>
    public static CifarFormat Cifar10 { get; } = new("cifar-10-binary.tar.gz", 1);

    /// <summary>CIFAR-100, with two labels: first the coarse one, then the fine one.</summary>
    public static CifarFormat Cifar100 { get; } = new("cifar-100-binary.tar.gz", 2);

    /// <summary>The number of bytes in a record.</summary>
    public int RecordLength => LabelCount + ImageLength;
}
