using Microsoft.ML.Data;
using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Tests.DataViews.Columns;

[TestClass]
public class ImageColumnTests
{
    private static readonly VectorDataViewType AnyBytes = new(NumberDataViewType.Byte);

    /// <summary>The types of pixels in vectors, which are treated alike.</summary>
    private static readonly NumberDataViewType[] PixelTypes = [NumberDataViewType.Single, NumberDataViewType.Byte];

    public static IEnumerable<object[]> Vectors =>
    [
        [new int[] { 784 }, new ImageShape(1, 28, 28)],
        [new int[] { 3072 }, new ImageShape(3, 32, 32)],
        [new int[] { 20, 30 }, new ImageShape(1, 20, 30)],
        [new int[] { 1, 28, 28 }, new ImageShape(1, 28, 28)],
        [new int[] { 3, 20, 30 }, new ImageShape(3, 20, 30)],
        [new int[] { 4, 8, 8 }, new ImageShape(4, 8, 8)],
    ];

    [TestMethod]
    [DynamicData(nameof(Vectors))]
    public void The_type_of_a_vector_tells_the_shape(int[] dimensions, object shape)
    {
        var floats = ImageColumn.Resolve(Schema(new VectorDataViewType(NumberDataViewType.Single, dimensions)), "Image");
        Assert.AreEqual(new ImageColumn("Image", ImageColumnKind.Numbers, (ImageShape)shape, ChannelsAreGuessed: false), floats);
        Assert.IsFalse(floats.HasByteValues);
        var bytes = ImageColumn.Resolve(Schema(new VectorDataViewType(NumberDataViewType.Byte, dimensions)), "Image");
        Assert.AreEqual(floats with { Kind = ImageColumnKind.Bytes }, bytes);
        Assert.IsTrue(bytes.HasByteValues);
    }

    [TestMethod]
    public void The_type_of_an_image_tells_the_size_and_leaves_the_channels_open()
    {
        DataViewSchema schema = Schema(new ImageDataViewType(20, 30));
        Assert.AreEqual(
            new ImageColumn("Image", ImageColumnKind.Image, new ImageShape(3, 20, 30), true), ImageColumn.Resolve(schema, "Image"));
        Assert.AreEqual(
            new ImageColumn("Image", ImageColumnKind.Image, new ImageShape(1, 28, 28), false),
            ImageColumn.Resolve(schema, "Image", new ImageShape(1, 28, 28)));
    }

    [TestMethod]
    public void Bytes_of_unknown_number_are_encoded_images_whose_shape_must_be_given()
    {
        var shape = new ImageShape(3, 32, 32);
        Assert.AreEqual(
            new ImageColumn("Image", ImageColumnKind.EncodedImage, shape, ChannelsAreGuessed: false),
            ImageColumn.Resolve(Schema(AnyBytes), "Image", shape));
        AssertShapeUnknown(AnyBytes);
    }

    [TestMethod]
    public void A_type_that_tells_no_shape_asks_for_the_option()
    {
        AssertShapeUnknown(new ImageDataViewType());
        AssertShapeUnknown(new VectorDataViewType(NumberDataViewType.Single, 785));
        AssertShapeUnknown(new VectorDataViewType(NumberDataViewType.Byte, 785));
        AssertShapeUnknown(new VectorDataViewType(NumberDataViewType.Single));
    }

    [TestMethod]
    public void A_given_shape_serves_vectors_of_unknown_or_fitting_length()
    {
        var shape = new ImageShape(1, 5, 157);
        foreach (VectorDataViewType type in new[]
                 {
                     new VectorDataViewType(NumberDataViewType.Single),
                     new VectorDataViewType(NumberDataViewType.Single, 785),
                     new VectorDataViewType(NumberDataViewType.Byte, 785),
                 })
        {
            Assert.AreEqual(shape, ImageColumn.Resolve(Schema(type), "Image", shape).Shape);
        }
    }

    [TestMethod]
    public void A_vector_of_another_length_is_a_mismatch()
    {
        foreach (NumberDataViewType item in PixelTypes)
        {
            string message = Mismatch(new VectorDataViewType(item, 785), new ImageShape(1, 28, 28));
            StringAssert.Contains(message, $"784 {item} for the shape 1x28x28");
            StringAssert.Contains(message, "785");
            Assert.AreEqual(
                item == NumberDataViewType.Byte, message.Contains("unknown size if it is an encoded image", StringComparison.Ordinal));
        }
    }

    [TestMethod]
    public void Channels_that_come_last_are_a_mismatch()
    {
        foreach (NumberDataViewType item in PixelTypes)
        {
            var type = new VectorDataViewType(item, 32, 32, 3);
            StringAssert.Contains(Mismatch(type, null), "channels x height x width");
            StringAssert.Contains(Mismatch(type, new ImageShape(3, 32, 32)), "channels x height x width");
            Assert.AreEqual(
                new ImageShape(1, 28, 28),
                ImageColumn.Resolve(Schema(new VectorDataViewType(item, 28, 28, 1)), "Image", new ImageShape(1, 28, 28)).Shape,
                "one channel has the same order first or last");
            Assert.AreEqual(
                new ImageShape(32, 32, 3), ImageColumn.Resolve(Schema(type), "Image", new ImageShape(32, 32, 3)).Shape, "if one insists");
        }
    }

    [TestMethod]
    public void A_column_of_another_type_is_a_mismatch_that_names_both_types()
    {
        foreach (DataViewType type in new DataViewType[]
                 { TextDataViewType.Instance, NumberDataViewType.Single, new VectorDataViewType(NumberDataViewType.Double, 784) })
        {
            string message = Mismatch(type, null);
            StringAssert.Contains(message, "'Image'");
            StringAssert.Contains(message, "an image, a vector of Single (pixels), or a vector of Byte");
            StringAssert.Contains(message, type.ToString());
        }
    }

    [TestMethod]
    public void A_missing_column_is_a_mismatch()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ImageColumn.Resolve(Schema(AnyBytes), "Picture"));
        StringAssert.Contains(error.Message, "'Image'");
        StringAssert.Contains(error.Message, "Cache");
    }

    [TestMethod]
    public void A_shape_that_makes_no_sense_is_refused()
    {
        foreach (ImageShape shape in new ImageShape[] { new(2, 8, 8), new(1, 0, 8), new(-1, 8, -8), new(3, 50_000, 50_000) })
        {
            var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ImageColumn.Resolve(Schema(AnyBytes), "Image", shape));
            StringAssert.Contains(error.Message, shape.ToString());
        }
    }

    private static DataViewSchema Schema(DataViewType type)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Image", type);
        return builder.ToSchema();
    }

    private static string Mismatch(DataViewType type, ImageShape? shape) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ImageColumn.Resolve(Schema(type), "Image", shape)).Message;

    private static void AssertShapeUnknown(DataViewType type)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ImageColumn.Resolve(Schema(type), "Image"));
        StringAssert.Contains(error.Message, "Options.ImageShape");
        StringAssert.Contains(error.Message, "'Image'");
    }
}
