namespace Microsoft.ML.Snip.Tests;
[TestClass]
public class Smoke
{
    [TestMethod]
    public void TorchLoads() => Assert.AreEqual(3, TorchSharp.torch.ones(3).sum().item<float>());
}
