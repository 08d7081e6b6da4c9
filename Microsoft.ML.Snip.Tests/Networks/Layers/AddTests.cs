using Microsoft.ML.Snip.Networks;

namespace Microsoft.ML.Snip.Tests.Networks.Layers;

/// <summary>Only shapes that are the same in every size can be added.</summary>
[TestClass]
public class AddTests
{
    [TestMethod]
    [DataRow(3, 1, 0, "adds a map 3x6x8 to a map 2x6x8")]
    [DataRow(2, 3, 0, "adds a map 2x4x6 to a map 2x6x8")]
    [DataRow(2, 2, 1, "adds a map 2x7x9 to a map 2x6x8")]
    [DataRow(2, 1, 0, null)]
    public void OneShapeIsAddedToTheSame(int filters, int kernel, int padding, string? fault)
    {
        void Make()
        {
            NetworkBuilder builder = NetworkDefinition.Build("test", new ImageShape(1, 6, 8)).Conv2d(2, kernel: 1);
            string one = builder.Current;
            builder.From(NetworkDefinition.InputName).Conv2d(filters, kernel, padding: padding).Add(one).GlobalAveragePool().ToDefinition();
        }

        if (fault is null)
        {
            Make();
        }
        else
        {
            StringAssert.Contains(Assert.Throws<ArgumentException>(Make).Message, fault);
        }
    }
}
