using Microsoft.ML.Snip.Engines.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Engines.Torch.Runtime;

/// <summary>Torch's process-wide generator goes on as if nothing had been drawn from it.</summary>
[TestClass]
public class GlobalGeneratorTests
{
    [TestMethod]
    public void WhatIsDrawnMeanwhileLeavesNoTrace()
    {
        manual_seed(5);
        float[] expected = Draw();
        manual_seed(5);
        using (new GlobalGenerator())
        {
            CollectionAssert.AreEqual(expected, Draw(), "without a seed it goes on where it stands");
        }

        using (new GlobalGenerator(3))
        {
            Draw();
        }

        CollectionAssert.AreEqual(expected, Draw());
    }

    [TestMethod]
    public void ASeedRepeatsWhatIsDrawn()
    {
        float[] DrawWith(long seed)
        {
            using var generator = new GlobalGenerator(seed);
            return Draw();
        }

        CollectionAssert.AreEqual(DrawWith(1), DrawWith(1));
        Assert.AreEqual(3, new long[] { 1, 2, 1 + (1 << 24) }.Select(seed => string.Join(' ', DrawWith(seed))).Distinct().Count());
    }

    private static float[] Draw()
    {
        using DisposeScope scope = NewDisposeScope();
        return rand(8).data<float>().ToArray();
    }
}
