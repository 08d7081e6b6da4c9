using Microsoft.ML.Model.OnnxConverter;

namespace Microsoft.ML.Snip.Tests.DataViews.Scoring;

/// <summary>
/// ML.NET's converter asks each data view, from the last back to the first, whether it can be converted; one that does not answer it takes
/// for the input, and writes a graph without the network.
/// </summary>
[TestClass]
public class OnnxTests
{
    [TestMethod]
    public void ScoredRowsRefuseToBeConverted()
    {
        var mlContext = new MLContext(1);
        IDataView data = SyntheticImages.AsVectors(mlContext, 60);
        PrunedImageClassificationTransformer model = Pipelines.Classifier(Pipelines.Create(mlContext, Pipelines.FastOptions()).Fit(data));
        var scored = (ITransformCanSaveOnnx)model.Transform(data);
        StringAssert.Contains(
            Assert.ThrowsExactly<NotSupportedException>(() => scored.CanSaveOnnx(null!)).Message, "cannot be converted to ONNX. Save it "
                + "with");
        Assert.ThrowsExactly<NotSupportedException>(() => scored.SaveAsOnnx(null!));
        Assert.ThrowsExactly<NotSupportedException>(() => scored.Save(null!));
        Assert.AreSame(data, scored.Source, "the converter walks back");
    }
}
