using Microsoft.ML.Snip.Images.Examples;

namespace Microsoft.ML.Snip.Tests.Images.Examples;

[TestClass]
public class ShuffleBufferTests
{
    /// <summary>However large the buffer, every image goes out once, as it came in, and not in the same order.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(50)]
    [DataRow(200)]
    public void EveryImageGoesOutOnceAsItCameIn(int size)
    {
        const int Count = 100;
        var store = new FloatPixelStore(new ImageShape(1, 1, 2), size);
        var buffer = new ShuffleBuffer(store);
        var random = new Random(4);
        for (int round = 0; round < 2; round++)
        {
            var order = new List<int>();
            void GoOut(int index, int place)
            {
                var raw = new float[2];
                store.CopyRaw(place, raw);
                CollectionAssert.AreEqual(new float[] { index, -index }, raw);
                order.Add(index);
            }

            for (int index = 0; index < Count; index++)
            {
                buffer.Take(index, [index, -index], random, GoOut);
                Assert.HasCount(Math.Max(0, index + 1 - size), order);
            }

            buffer.Empty(random, GoOut);
            CollectionAssert.AreEquivalent(Enumerable.Range(0, Count).ToArray(), order);
            Assert.AreEqual(size > 1, !order.SequenceEqual(Enumerable.Range(0, Count)));
        }
    }
}
