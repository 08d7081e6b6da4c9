using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Tests.Sparse.Memory;

[TestClass]
public class WorkspaceTests
{
    [TestMethod]
    public unsafe void MemoryGrowsToWhatIsAskedForAndStays()
    {
        var workspace = new Workspace();
        foreach (bool scratch in new[] { false, true })
        {
            float* Get(long length) => scratch ? workspace.Scratch(length) : workspace.Activations(length);
            nint small = (nint)Get(16);
            Assert.AreEqual(small, (nint)Get(16));
            Assert.AreEqual(small, (nint)Get(3));
            nint large = (nint)Get(1 << 20);
            Assert.AreNotEqual(small, large, "what is longer takes memory of its own");
            Assert.AreEqual(large, (nint)Get(17));
            Assert.AreEqual(0, large % AlignedArray<float>.Alignment);
        }

        Assert.AreNotEqual((nint)workspace.Scratch(1), (nint)workspace.Activations(1));
    }
}
