using Microsoft.ML.Snip.DataViews.Loading;

namespace Microsoft.ML.Snip.Tests.DataViews.Loading;

[TestClass]
public class UnreadableImagesTests
{
    [TestMethod]
    public void OneIsNamedWithItsCause()
    {
        var images = new UnreadableImages();
        images.Add(new FormatException("'a.png' ends early."));
        Exception error = images.ToException("training data", 7);
        Assert.IsInstanceOfType<FormatException>(error);
        Assert.AreEqual(
            "1 of 7 images of the training data cannot be read: 'a.png' ends early. "
            + "Repair or remove them, or set Options.InvalidImages to Skip to train without them.",
            error.Message);
        Assert.AreEqual("'a.png' ends early.", error.InnerException!.Message);
    }

    [TestMethod]
    public void OfManyTheFirstTwentyAreNamedAndTheOthersCounted()
    {
        var images = new UnreadableImages();
        for (int number = 1; number <= 25; number++)
        {
            images.Add(new FormatException($"Row {number} is bad."));
        }

        string message = images.Describe("ValidationSet", 100);
        StringAssert.StartsWith(message, "25 of 100 images of the ValidationSet cannot be read: (1) Row 1 is bad. (2) Row 2 is bad. ");
        StringAssert.EndsWith(message, "(20) Row 20 is bad. And 5 more.");
        Assert.AreEqual(25, images.Count);
    }

    [TestMethod]
    public void ImagesThatAreMissingAreNoFormatErrors()
    {
        var images = new UnreadableImages();
        images.Add(new FormatException("a"));
        images.Add(new FileNotFoundException("b"));
        Assert.IsInstanceOfType<InvalidOperationException>(images.ToException("training data", 2));
    }

    [TestMethod]
    public void AWishToStopIsNoFaultOfAImage()
    {
        Assert.IsFalse(UnreadableImages.IsFault(new OperationCanceledException()));
        Assert.IsTrue(UnreadableImages.IsFault(new UnauthorizedAccessException()));
    }
}
