using Microsoft.ML.Snip.DataViews.Loading;

namespace Microsoft.ML.Snip.Tests.DataViews.Loading;

[TestClass]
public class UnreadablePicturesTests
{
    [TestMethod]
    public void OneIsNamedWithItsCause()
    {
        var pictures = new UnreadablePictures();
        pictures.Add(new FormatException("'a.png' ends early."));
        Exception error = pictures.ToException("training data", 7);
        Assert.IsInstanceOfType<FormatException>(error);
        Assert.AreEqual(
            "1 of 7 pictures of the training data cannot be read: 'a.png' ends early. "
            + "Mend or remove them, or set Options.InvalidImages to Skip to train without them.",
            error.Message);
        Assert.AreEqual("'a.png' ends early.", error.InnerException!.Message);
    }

    [TestMethod]
    public void OfManyTheFirstTwentyAreNamedAndTheOthersCounted()
    {
        var pictures = new UnreadablePictures();
        for (int number = 1; number <= 25; number++)
        {
            pictures.Add(new FormatException($"Row {number} is bad."));
        }

        string message = pictures.Describe("ValidationSet", 100);
        StringAssert.StartsWith(message, "25 of 100 pictures of the ValidationSet cannot be read: (1) Row 1 is bad. (2) Row 2 is bad. ");
        StringAssert.EndsWith(message, "(20) Row 20 is bad. And 5 more.");
        Assert.AreEqual(25, pictures.Count);
    }

    [TestMethod]
    public void PicturesThatAreMissingAreNoFormatErrors()
    {
        var pictures = new UnreadablePictures();
        pictures.Add(new FormatException("a"));
        pictures.Add(new FileNotFoundException("b"));
        Assert.IsInstanceOfType<InvalidOperationException>(pictures.ToException("training data", 2));
    }

    [TestMethod]
    public void AWishToStopIsNoFaultOfAPicture()
    {
        Assert.IsFalse(UnreadablePictures.IsFault(new OperationCanceledException()));
        Assert.IsTrue(UnreadablePictures.IsFault(new UnauthorizedAccessException()));
    }
}
