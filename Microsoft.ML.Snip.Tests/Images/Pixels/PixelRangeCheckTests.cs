using Microsoft.ML.Snip.Images.Pixels;

namespace Microsoft.ML.Snip.Tests.Images.Pixels;

[TestClass]
public class PixelRangeCheckTests
{
    private readonly List<string> _warnings = [];

    [TestMethod]
    public void ImagesLikeTheTrainingSetsAreFine()
    {
        var check = new PixelRangeCheck(1, _warnings.Add);
        for (int batch = 0; batch < 10; batch++)
        {
            check.Look([-0.8f, 1.2f, 0.5f, 2.6f], 1);
        }

        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    public void PixelsThatWereDividedBy255AreToldOnceWhenEnoughImagesWereSeen()
    {
        // 0 to 1 where 0 to 255 was learned, with mean 72 and deviation 90, in three channels of different means.
        float[] image = [-0.8f, -0.79f, -0.9f, -0.89f, -0.7f, -0.71f];
        var check = new PixelRangeCheck(3, _warnings.Add);
        check.Look(image, 1);
        check.Look([.. image, .. image], 2);
        Assert.IsEmpty(_warnings, "three images may be of nearly one colour");
        for (int count = 0; count < 40; count++)
        {
            check.Look(image, 1);
        }

        Assert.HasCount(1, _warnings);
        StringAssert.Contains(_warnings[0], "first 16 images span 0.010");
    }

    [TestMethod]
    public void PixelsThatWereNotDividedAreToldAtOnce()
    {
        var check = new PixelRangeCheck(1, _warnings.Add);
        check.Look([-100, 300, 200, 0], 2);
        check.Look([-100, 300, 200, 0], 2);
        Assert.HasCount(1, _warnings);
        StringAssert.Contains(_warnings[0], "150 standard deviations");
    }

    [TestMethod]
    public void OneNarrowImageAmongOthersIsFine()
    {
        var check = new PixelRangeCheck(1, _warnings.Add);
        check.Look([0.1f, 0.11f], 1);
        check.Look([-1f, 1f], 1);
        for (int count = 0; count < 40; count++)
        {
            check.Look([0.1f, 0.11f], 1);
        }

        Assert.IsEmpty(_warnings);
    }

    [TestMethod]
    public void ImagesOfOneColourSayNothing()
    {
        var check = new PixelRangeCheck(1, _warnings.Add);
        for (int count = 0; count < 40; count++)
        {
            check.Look([-0.8f, -0.8f], 1);
        }

        check.Look([], 0);
        Assert.IsEmpty(_warnings);
    }
}
