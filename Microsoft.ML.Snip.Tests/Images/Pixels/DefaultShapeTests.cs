using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Tests.Images.Pixels;

[TestClass]
public class DefaultShapeTests
{
    [TestMethod]
    [DataRow(28, 28, 28, 28)]
    [DataRow(64, 37, 64, 37)]
    [DataRow(65, 65, 64, 64)]
    [DataRow(4000, 3000, 64, 48)]
    [DataRow(3000, 4000, 48, 64)]
    [DataRow(1920, 1080, 64, 40)]
    [DataRow(10000, 3, 64, 8)]
    public void LargeFirstImagesAreShrunkInProportionToMultiplesOfEight(int width, int height, int expectedWidth, int expectedHeight) =>
        Assert.AreEqual(new ImageShape(3, expectedHeight, expectedWidth), DefaultShape.For(width, height));
}
