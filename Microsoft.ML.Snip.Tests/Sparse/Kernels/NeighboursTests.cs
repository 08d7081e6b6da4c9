using System.Runtime.Intrinsics;
using Microsoft.ML.Snip.Sparse.Kernels;

namespace Microsoft.ML.Snip.Tests.Sparse.Kernels;

[TestClass]
public class NeighboursTests
{
    [TestMethod]
    public void EvenAndOddPlacesArePartedInTheirOrder()
    {
        (Vector128<float> even, Vector128<float> odd) = Neighbours.Split(Vector128.Create(0f, 1, 2, 3), Vector128.Create(4f, 5, 6, 7));
        Assert.AreEqual(Vector128.Create(0f, 2, 4, 6), even);
        Assert.AreEqual(Vector128.Create(1f, 3, 5, 7), odd);
    }
}
