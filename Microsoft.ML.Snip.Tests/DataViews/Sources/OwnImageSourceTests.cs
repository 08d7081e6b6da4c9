using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.Tests.DataViews.Sources;

/// <summary>A data set in a format that the library does not know.</summary>
[TestClass]
public class OwnImageSourceTests
{
    [TestMethod]
    public void ItsImagesAreTrainedOn()
    {
        var mlContext = new MLContext(3);
        IDataView data = mlContext.Snip().LoadImages(new Drawn(90));
        Assert.AreEqual(90, data.GetRowCount());
        Assert.IsTrue(data.CanShuffle);
        ITransformer model = Pipelines.Create(mlContext, Pipelines.FastOptions()).Fit(data);
        MulticlassClassificationMetrics metrics = mlContext.MulticlassClassification.Evaluate(model.Transform(data));
        Assert.IsGreaterThan(0.8, metrics.MicroAccuracy);
    }

    [TestMethod]
    public void EachCursorReadsForItself()
    {
        var source = new Drawn(3);
        IDataView data = new MLContext(3).Snip().LoadImages(source);
        using (DataViewRowCursor labels = data.GetRowCursor([data.Schema["Label"]]), all = data.GetRowCursor(data.Schema))
        {
            Assert.IsTrue(labels.MoveNext() && all.MoveNext() && all.MoveNext());
            ReadOnlyMemory<char> first = default, second = default;
            labels.GetGetter<ReadOnlyMemory<char>>(data.Schema["Label"])(ref first);
            all.GetGetter<ReadOnlyMemory<char>>(data.Schema["Label"])(ref second);
            Assert.AreEqual((source.LabelOf(0), source.LabelOf(1)), (first.ToString(), second.ToString()));
        }

        Assert.AreEqual("open (False, True), open (True, True), closed, closed", string.Join(", ", source.Log));
    }

    [TestMethod]
    public void NoSourceIsAnError() => Assert.Throws<ArgumentNullException>(() => new MLContext(3).Snip().LoadImages(null!));

    private sealed class Drawn(int count) : ImageSource
    {
        private readonly (float[] Pixels, string Label)[] _images = [.. SyntheticImages.Draw(count, seed: 1)];

        public List<string> Log { get; } = [];

        public override int Count => _images.Length;

        public override ImageDataViewType ImageType => new(SyntheticImages.Side, SyntheticImages.Side);

        public override bool IsRandomAccess => true;

        public string LabelOf(int row) => _images[row].Label;

        public override ImageReader Open(bool images, bool labels)
        {
            Log.Add($"open ({images}, {labels})");
            return new Reader(this);
        }

        private sealed class Reader(Drawn source) : ImageReader
        {
            private int _row;

            public override void MoveTo(int row) => _row = row;

            public override MLImage ReadImage() => SyntheticImages.ToImage(source._images[_row].Pixels);

            public override string ReadLabel() => source._images[_row].Label;

            protected override void Dispose(bool disposing) => source.Log.Add("closed");
        }
    }
}
