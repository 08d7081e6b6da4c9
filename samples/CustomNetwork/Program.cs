using System.Globalization;
using CustomNetwork;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Snip;
using Samples.Common;
using TorchSharp;
using TorchSharp.Modules;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var shape = new ImageShape(Channels: 1, Height: 28, Width: 28);
const int Classes = 10;

var mlContext = new MLContext(seed: 0);
(IDataView training, IDataView test) = FashionMnist.Load(mlContext, folder: null);

Train(new PrunedImageClassificationTrainer.Options { Network = OwnNetworks.Residual(shape, Classes) });

// The module's weights are taken over too, so its seed decides as well; leave out InitialWeights to start from the library's own.
torch.random.manual_seed(0);
using Sequential module = OwnNetworks.Module(Classes);
Train(new PrunedImageClassificationTrainer.Options
{
    Network = NetworkDefinition.FromModule(module, shape, "converted"),
    InitialWeights = NetworkWeights.FromModule(module),
});

void Train(PrunedImageClassificationTrainer.Options options)
{
    options.Sparsity = 0.95;
    options.Epochs = 2;
    var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label").Append(mlContext.Snip().PrunedImageClassification(options));
    TransformerChain<PrunedImageClassificationTransformer> model = pipeline.Fit(training);

    PruningReport report = model.LastTransformer.Report;
    Console.WriteLine($"{report.Network}: {report.Kept:N0} of {report.Connections:N0} connections kept");
    foreach (LayerReport layer in report.Layers)
    {
        Console.WriteLine($"  {layer.Name,-24} {layer.Kept,6:N0} of {layer.Connections,6:N0} {layer.Density,8:P1}");
    }

    MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(test));
    Console.WriteLine($"{report.Network}: accuracy {metrics.MicroAccuracy:F4} after {options.Epochs} epochs on 8,000 images");
    Console.WriteLine();
}
