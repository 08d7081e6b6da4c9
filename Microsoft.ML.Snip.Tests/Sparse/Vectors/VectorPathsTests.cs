using System.Runtime.Intrinsics;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Vectors;

/// <summary>Which vectors the kernels take.</summary>
[TestClass]
public class VectorPathsTests
{
    [TestMethod]
    public void TheWidestVectorsOfTheMachineAreTaken()
    {
        VectorPath chosen = VectorPaths.Choose(null);
        Assert.AreEqual(chosen, VectorPaths.Choose(string.Empty));
        Assert.AreEqual(Vector512.IsHardwareAccelerated, chosen == VectorPath.Vector512);
        Assert.AreEqual(Vector256.IsHardwareAccelerated, chosen >= VectorPath.Vector256);
    }

    [TestMethod]
    public void EachPathCanBeForced()
    {
        foreach (VectorPath path in VectorPaths.All)
        {
            Assert.AreEqual(path, VectorPaths.Choose(path.ToString().ToUpperInvariant()));
        }
    }

    [TestMethod]
    [DataRow("Vector1024")]
    [DataRow("7")]
    public void AnUnknownPathIsAnErrorThatNamesTheVariable(string forced)
    {
        ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => VectorPaths.Choose(forced));
        StringAssert.Contains(error.Message, $"The environment variable MLSNIP_VECTORS is '{forced}'; it takes one of Scalar, Vector128");
    }
}
