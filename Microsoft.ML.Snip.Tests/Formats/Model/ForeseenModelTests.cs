using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Tests.Formats.Model;

/// <summary>Whether a model could be saved is known before it is trained.</summary>
[TestClass]
public class ForeseenModelTests
{
    private static readonly NetworkDefinition Network = NetworkDefinition.Build("foreseen", new ImageShape(1, 4, 4))
        .Flatten()
        .Linear(3)
        .ToDefinition();

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(10_000, 1)]
    [DataRow(1, 1_500_000)]
    public void WhatFitsPasses(int epochs, int nameLength) => Foresee(epochs, nameLength);

    [TestMethod]
    [DataRow(1, 3_000_000)]
    [DataRow(10_000, 200_000)]
    public void MetadataThatWouldBeTooLongAreRefused(int epochs, int nameLength)
    {
        var exception = Assert.ThrowsExactly<ArgumentException>(() => Foresee(epochs, nameLength));
        StringAssert.Contains(exception.Message, $"'foreseen' cannot be saved: The metadata need ");
        StringAssert.Contains(exception.Message, $"{epochs} epochs, 3 classes");
    }

    private static void Foresee(int epochs, int nameLength) => ModelPayload.Foresee(
        Network,
        new PixelNormalization([0f], [1f]),
        new ClassLabels(ClassValueKind.Text, ["a", "b", new string('c', nameLength)]),
        new PruningReport("foreseen", [.. Network.Parameters.Where(parameter => parameter.Role == ParameterRole.Weight)
        .Select(parameter => new LayerReport(parameter.Name, parameter.Count, 9, 1))]),
        epochs);
}
