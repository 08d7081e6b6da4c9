using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Engines.Managed.Training;

/// <summary>Gradients against differences of the loss, computed in double precision without any gradient.</summary>
[TestClass]
public class FiniteDifferenceTests
{
    private const int Images = 9;
    private const double Distance = 1e-5;
    private const int PositionsOfParameter = 6;

    public static IEnumerable<object[]> Layers => LayerNetworks.Names.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Layers))]
    public void EachLayerHasTheGradientsOfFiniteDifferences(string name)
    {
        NetworkDefinition definition = LayerNetworks.Build(name);
        var settings = new TrainingSettings(
            1, Images, TrainingOptimizer.Sgd, 1, LearningRateSchedule.Constant, Momentum: 0, WeightDecay: 0, DropFraction: 0,
            MaskUpdateInterval: 1, Augmentation: null);
        using var pair = new EnginePair(definition, settings, Images, seed: 3, density: 0.6);
        Dictionary<string, float[]> before = pair.ReadManaged();
        pair.Managed.Step(pair.Batch, 1);
        Dictionary<string, float[]> after = pair.ReadManaged();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        using var module = new TorchNetwork(definition);
        module.LoadParameters(before);
        module.to(ScalarType.Float64);
        module.train();
        Tensor images = tensor(ReadImages(pair)).to(ScalarType.Float64).view(
            Images, definition.InputShape.Channels, definition.InputShape.Height, definition.InputShape.Width);
        Tensor labels = tensor(Array.ConvertAll(pair.Images.Dataset.Labels, label => (long)label));
        NetworkParameter[] trained = [.. definition.Parameters.Where(
            parameter => parameter.Role is not (ParameterRole.RunningMean or ParameterRole.RunningVariance))];
        double largest = trained.Max(parameter => before[parameter.Name].Zip(after[parameter.Name], (a, b) => Math.Abs(a - b)).Max());
        var random = new Random(5);
        foreach (NetworkParameter parameter in trained)
        {
            Tensor values = module.NamedTensors()[parameter.Name].view(-1);
            bool[]? kept = pair.Mask.Parameters.Any(masked => masked.Name == parameter.Name)
                ? pair.Mask.KeptOf(parameter.Name).ToArray()
                : null;
            for (int count = 0; count < PositionsOfParameter; count++)
            {
                int at = random.Next((int)parameter.Count);
                if (kept is null || kept[at])
                {
                    double numeric = (LossAt(Distance) - LossAt(-Distance)) / (2 * Distance);
                    double gradient = before[parameter.Name][at] - after[parameter.Name][at];
                    Assert.AreEqual(numeric, gradient, 1e-5 * largest, $"{parameter.Name} at {at}");
                }

                double LossAt(double distance)
                {
                    values[at] += distance;
                    double loss = nn.functional.cross_entropy(module.call(images), labels).item<double>();
                    values[at] -= distance;
                    return loss;
                }
            }
        }
    }

    private static float[] ReadImages(EnginePair pair)
    {
        ImageShape shape = pair.Images.Dataset.Shape;
        var images = new float[Images * shape.Count];
        for (int image = 0; image < Images; image++)
        {
            pair.Images.Dataset.CopyNormalized(
                image, PixelNormalization.Unchanged(shape.Channels), images.AsSpan(image * shape.Count, shape.Count));
        }

        return images;
    }
}
