using Microsoft.ML.Snip.Engines.Torch.Training;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Engines.Torch.Training;

[TestClass]
public class TorchEngineTests
{
    [TestMethod]
    [DataRow("0.weight", float.NaN)]
    [DataRow("1.running_var", float.PositiveInfinity)]
    public void OneNumberOfTheStateThatIsNotFiniteIsFound(string name, float value)
    {
        using DisposeScope scope = NewDisposeScope();
        using var network = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2));
        var shape = new ImageShape(1, 1, 3);
        var pixels = new FloatPixelStore(shape);
        pixels.Add([1, 2, 3]);
        var dataset = new ImageDataset(shape, new ClassLabels(ClassValueKind.Text, ["a", "b"]), [0], pixels);
        var mask = PruningMask.FromTensors([("0.weight", ones(2, 3))]);
        var settings = new TrainingSettings(
            1, 1, TrainingOptimizer.Sgd, 0.1, LearningRateSchedule.Constant, Momentum: 0, WeightDecay: 0, DropFraction: 0,
            MaskUpdateInterval: 1, Augmentation: null);
        var run = new TrainingRun(
            settings, mask, ExampleSet.All(dataset), null, PixelNormalization.Unchanged(1), new RandomStreams(1));
        using var engine = new TorchEngine(network, run, _ => { });
        Assert.IsNull(engine.FindNotFinite());
        using (no_grad())
        {
            network.state_dict()[name].view(-1)[1].fill_(value);
        }

        Assert.AreEqual(name, engine.FindNotFinite());
    }
}
