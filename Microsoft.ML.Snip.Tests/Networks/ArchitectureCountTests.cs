using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Tests.Networks;

/// <summary>
/// Parameter counts, to the unit, against the SNIP authors' networks: weights, biases, gains and shifts of batch norms. Recurrent layers
/// have two biases a gate, as in TorchSharp, where the authors' have one. ResNet-20 has the 272,474 parameters that other implementations
/// with projections give it.
/// </summary>
[TestClass]
public class ArchitectureCountTests
{
    [TestMethod]
    [DataRow(NetworkArchitecture.LeNet300, 266_200, 410, 0)]
    [DataRow(NetworkArchitecture.LeNet5, 430_500, 580, 0)]
    [DataRow(NetworkArchitecture.LstmS, 135_936, 650 + 512, 0)]
    [DataRow(NetworkArchitecture.LstmB, 534_016, 1_290 + 1_024, 0)]
    [DataRow(NetworkArchitecture.GruS, 103_168, 522 + 384, 0)]
    [DataRow(NetworkArchitecture.GruB, 402_944, 1_034 + 768, 0)]
    [DataRow(NetworkArchitecture.SmallCnn, 98_192, 10, 480)]
    [DataRow(NetworkArchitecture.MobileNetV2S, 136_864, 10, 5_248)]
    public void GreyImagesOf28x28(NetworkArchitecture architecture, int weights, int biases, int normParameters) =>
        AssertCounts(architecture, new ImageShape(1, 28, 28), 10, weights, biases, normParameters);

    [TestMethod]
    [DataRow(NetworkArchitecture.AlexNetS, 5_066_784, 3_434, 6_848)]
    [DataRow(NetworkArchitecture.AlexNetB, 8_484_896, 5_482, 10_944)]
    [DataRow(NetworkArchitecture.VggC, 10_521_280, 5_258, 10_496)]
    [DataRow(NetworkArchitecture.VggD, 15_239_872, 5_258, 10_496)]
    [DataRow(NetworkArchitecture.VggLike, 14_977_728, 4_746, 9_472)]
    [DataRow(NetworkArchitecture.Wrn16x8, 10_954_160, 10, 7_200)]
    [DataRow(NetworkArchitecture.Wrn16x10, 17_107_632, 10, 8_992)]
    [DataRow(NetworkArchitecture.Wrn22x8, 17_147_312, 10, 10_784)]
    [DataRow(NetworkArchitecture.SmallCnn, 98_480, 10, 480)]
    [DataRow(NetworkArchitecture.ResNet20, 270_896, 10, 1_568)]
    [DataRow(NetworkArchitecture.MobileNetV2S, 137_152, 10, 5_248)]
    public void ColourImagesOf32x32(NetworkArchitecture architecture, int weights, int biases, int normParameters) =>
        AssertCounts(architecture, new ImageShape(3, 32, 32), 10, weights, biases, normParameters);

    /// <summary>
    /// Tiny ImageNet: a larger first stride, all else as it is; the whole number of weights and biases is the published one.
    /// </summary>
    [TestMethod]
    [DataRow(NetworkArchitecture.AlexNetS, 5_261_344, 5_264_968, 6_848)]
    [DataRow(NetworkArchitecture.AlexNetB, 8_874_016, 8_879_688, 10_944)]
    [DataRow(NetworkArchitecture.VggC, 10_618_560, 10_624_008, 10_496)]
    [DataRow(NetworkArchitecture.VggD, 15_337_152, 15_342_600, 10_496)]
    [DataRow(NetworkArchitecture.VggLike, 15_075_008, 15_079_944, 9_472)]
    public void ColourImagesOf64x64In200Classes(NetworkArchitecture architecture, int weights, int weightsAndBiases, int normParameters) =>
        AssertCounts(architecture, new ImageShape(3, 64, 64), 200, weights, weightsAndBiases - weights, normParameters);

    private static void AssertCounts(
        NetworkArchitecture architecture, ImageShape shape, int classes, long weights, long biases, long normParameters)
    {
        var network = NetworkDefinition.FromArchitecture(architecture, shape, classes);
        long Count(params ParameterRole[] roles) =>
            network.Parameters.Where(parameter => roles.Contains(parameter.Role)).Sum(parameter => parameter.Count);
        Assert.AreEqual(weights, Count(ParameterRole.Weight));
        Assert.AreEqual(biases, Count(ParameterRole.Bias));
        Assert.AreEqual(normParameters, Count(ParameterRole.Gamma, ParameterRole.Beta));
    }
}
