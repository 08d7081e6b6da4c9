using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.Images;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>The kind of values in the rows of an image column.</summary>
internal enum ImageColumnKind
{
    /// <summary>An <see cref="MLImage"/> of any size.</summary>
    Image,

    /// <summary>A vector of bytes of unknown size: the content of an image file (PNG, JPEG, ...); the image can have any size.</summary>
    EncodedImage,

    /// <summary>A vector of bytes of known size: channels x height x width values from 0 to 255, used unchanged.</summary>
    Bytes,

    /// <summary>A vector of floats: channels x height x width values, used unchanged.</summary>
    Numbers,
}

/// <summary>An image column with a checked type and a known shape of its pixels.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Kind">The kind of values in its rows.</param>
/// <param name="Shape">The shape in which its pixels are read; images of another size are resized to it.</param>
/// <param name="ChannelsAreGuessed">
/// Whether the number of channels is not specified. <paramref name="Shape"/> then has 3 channels; 1 is enough if all images are grey.
/// </param>
internal sealed record ImageColumn(string Name, ImageColumnKind Kind, ImageShape Shape, bool ChannelsAreGuessed)
{
    /// <summary>The types that an image column can have, for error messages.</summary>
    public const string ExpectedTypes =
        "an image, a vector of Single (pixels), or a vector of Byte (pixels if its size is known, otherwise an encoded image)";

    /// <summary>Why an image column can get lost, for error messages.</summary>
    public const string WhyMissing = "ML.NET's Cache leaves out columns of images";

    private const string HowToGiveTheShape = "Set Options.ImageShape, for example to new ImageShape(1, 28, 28).";

    /// <summary>The background colour for images with transparent parts.</summary>
    public Background Background { get; init; } = Background.White;

    /// <summary>Converts its images to pixels.</summary>
    public RawPixels Images => new(Shape, Background);

    /// <summary>Whether the raw values are integers from 0 to 255, not numbers of any range.</summary>
    public bool HasByteValues => Kind != ImageColumnKind.Numbers;

    /// <summary>Finds an image column and the shape of its pixels.</summary>
    /// <param name="schema">The schema with the column.</param>
    /// <param name="name">The column's name.</param>
    /// <param name="shape">The shape if the user or a model specifies it; null to take it from the column's type.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The column is missing or has a type that an image column cannot have; or the shape is invalid, does not fit the type, or is not
    /// specified and not given by the type.
    /// </exception>
    public static ImageColumn Resolve(DataViewSchema schema, string name, ImageShape? shape = null)
    {
        DataViewSchema.Column column = schema.GetColumnOrNull(name)
            ?? throw Contracts.ExceptParam(
                nameof(schema), $"Could not find image column '{name}' ({WhyMissing}){PresentColumns.List(schema)}.");
        switch (column.Type)
        {
            case ImageDataViewType image:
                bool hasSize = image.Height > 0 && image.Width > 0;
                ImageShape pixels = shape ?? (hasSize ? new ImageShape(3, image.Height, image.Width) : throw ShapeUnknown(column));
                return ForImages(column, ImageColumnKind.Image, pixels, guessed: shape is null);
            case VectorDataViewType { IsKnownSize: false, ItemType: var item } when item == NumberDataViewType.Byte:
                return ForImages(column, ImageColumnKind.EncodedImage, shape ?? throw ShapeUnknown(column), guessed: false);
            case VectorDataViewType { ItemType: var item } vector when item == NumberDataViewType.Byte:
                return ForPixels(column, ImageColumnKind.Bytes, vector, shape);
            case VectorDataViewType { ItemType: var item } vector when item == NumberDataViewType.Single:
                return ForPixels(column, ImageColumnKind.Numbers, vector, shape);
            default:
                throw Contracts.ExceptSchemaMismatch(nameof(schema), "image", name, ExpectedTypes, column.Type.ToString());
        }
    }

    private static ImageColumn ForImages(DataViewSchema.Column column, ImageColumnKind kind, ImageShape shape, bool guessed) =>
        Check(column, shape).Channels is 1 or 3
            ? new ImageColumn(column.Name, kind, shape, guessed)
            : throw Contracts.ExceptParam(
                nameof(shape),
                $"Image column '{column.Name}' holds images, which have 1 channel (grey) or 3 (red, green, blue); "
                + $"the requested shape is {shape}.");

    private static ImageColumn ForPixels(DataViewSchema.Column column, ImageColumnKind kind, VectorDataViewType type, ImageShape? given)
    {
        ImageShape shape = Check(column, given ?? ShapeOf(type) ?? throw ShapeUnknown(column));
        CheckFits(column, type, shape, given is not null);
        return new ImageColumn(column.Name, kind, shape, ChannelsAreGuessed: false);
    }

    private static ImageShape Check(DataViewSchema.Column column, ImageShape shape)
    {
        bool positive = shape.Channels > 0 && shape.Height > 0 && shape.Width > 0;
        return positive && (Int128)shape.Channels * shape.Height * shape.Width <= Array.MaxLength
            ? shape
            : throw Contracts.ExceptParam(
                nameof(shape),
                $"Image column '{column.Name}' cannot have the shape {shape}: its sizes must be positive and their product at most "
                + $"{Array.MaxLength}.");
    }

    /// <summary>Channels x height x width according to the type: its dimensions, or a square image of 1 or 3 channels.</summary>
    private static ImageShape? ShapeOf(VectorDataViewType type) => type switch
    {
        { IsKnownSize: false } => null,
        { Dimensions: [int channels, int height, int width] } => new ImageShape(channels, height, width),
        { Dimensions: [int height, int width] } => new ImageShape(1, height, width),
        { Size: int length } when SideOf(length) is int side => new ImageShape(1, side, side),
        { Size: int length } when length % 3 == 0 && SideOf(length / 3) is int side => new ImageShape(3, side, side),
        _ => null,
    };

    private static int? SideOf(int area)
    {
        int side = (int)Math.Round(Math.Sqrt(area));
        return side * side == area ? side : null;
    }

    private static void CheckFits(DataViewSchema.Column column, VectorDataViewType type, ImageShape shape, bool given)
    {
        if (!type.IsKnownSize)
        {
            return;
        }

        if (type.Size != shape.Count)
        {
            string unlessEncoded = type.ItemType == NumberDataViewType.Byte
                ? ", or of unknown size if it is an encoded image"
                : string.Empty;
            throw Contracts.ExceptSchemaMismatch(
                nameof(column), "image", column.Name, $"a vector of {shape.Count} {type.ItemType} for the shape {shape}{unlessEncoded}",
                type.ToString());
        }

        if (type.Dimensions is [int first, int second, int third])
        {
            // Height x width x channels has the same size but another order of the values; training would not notice.
            bool looksInterleaved = third is 1 or 3 or 4 && first is not (1 or 3) && first > third;
            bool isDifferent = shape != new ImageShape(first, second, third) && shape.Channels > 1;
            if (given ? isDifferent : looksInterleaved)
            {
                throw Contracts.ExceptSchemaMismatch(
                    nameof(column), "image", column.Name,
                    "channels x height x width, in this order (ExtractPixels gives it with interleavePixelColors: false)", type.ToString());
            }
        }
    }

    private static Exception ShapeUnknown(DataViewSchema.Column column) => Contracts.ExceptParam(
        "shape", $"The type of image column '{column.Name}', {column.Type}, does not specify the shape of its images. {HowToGiveTheShape}");
}
