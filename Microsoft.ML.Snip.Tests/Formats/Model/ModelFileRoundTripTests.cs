using System.Runtime.InteropServices;
using CsCheck;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Tests.Formats.Model;

[TestClass]
public class ModelFileRoundTripTests
{
    [TestMethod]
    public void What_is_read_is_what_was_written_bit_for_bit() => Gen.Int.Sample(
        seed =>
        {
            SnipModel model = SampleModels.Draw(new Random(seed));
            AssertSame(model, SampleModels.Read(SampleModels.Write(model)));
        },
        iter: 150);

    [TestMethod]
    public void The_same_model_gives_the_same_bytes() => Gen.Int.Sample(
        seed =>
        {
            byte[] file = SampleModels.Write(SampleModels.Draw(new Random(seed)));
            CollectionAssert.AreEqual(file, SampleModels.Write(SampleModels.Draw(new Random(seed))));
            CollectionAssert.AreEqual(file, SampleModels.Write(SampleModels.Read(file)));
        },
        iter: 30);

    [TestMethod]
    public void A_stream_that_gives_few_bytes_at_a_time_is_read_to_its_end()
    {
        SnipModel model = SampleModels.Draw(new Random(1));
        using var trickle = new TrickleStream(SampleModels.Write(model));
        AssertSame(model, ModelFile.Read(trickle));
    }

    [TestMethod]
    public void Long_gaps_and_gaps_of_255_and_256_are_kept()
    {
        NetworkDefinition definition = NetworkDefinition.Build("gaps", new ImageShape(1, 40, 40))
            .Flatten()
            .Linear(2, bias: false)
            .ToDefinition();
        int[] columns = [0, 255, 511, 768, 1200];
        var matrix = new SparseMatrix(2, 1600, [0, 0, columns.Length], columns, [1, 2, 3, 4, 5]);
        var network = new SparseNetwork(
            definition, new Dictionary<string, SparseMatrix> { ["fc1.weight"] = matrix }, new Dictionary<string, float[]>());
        SnipModel model = SampleModels.Describe(network, new Random(2));
        AssertSame(model, SampleModels.Read(SampleModels.Write(model)));
    }

    private static void AssertSame(SnipModel expected, SnipModel actual)
    {
        Assert.AreEqual(expected.Network.Definition.ToJson(), actual.Network.Definition.ToJson());
        CollectionAssert.AreEquivalent(expected.Network.Weights.Keys, actual.Network.Weights.Keys);
        foreach ((string name, SparseMatrix matrix) in expected.Network.Weights)
        {
            CollectionAssert.AreEqual(matrix.RowStart, actual.Network.Weights[name].RowStart, name);
            CollectionAssert.AreEqual(matrix.Column, actual.Network.Weights[name].Column, name);
            AssertSameBits(matrix.Value, actual.Network.Weights[name].Value, name);
        }

        foreach ((string name, float[] vector) in expected.Network.Vectors)
        {
            AssertSameBits(vector, actual.Network.Vectors[name], name);
        }

        AssertSameBits([.. expected.Normalization.Mean], [.. actual.Normalization.Mean], "mean");
        AssertSameBits([.. expected.Normalization.Scale], [.. actual.Normalization.Scale], "scale");
        Assert.AreEqual(expected.Background, actual.Background);
        Assert.AreEqual(expected.Classes.Kind, actual.Classes.Kind);
        CollectionAssert.AreEqual(expected.Classes.Names, actual.Classes.Names);
        Assert.AreEqual(expected.Report.Network, actual.Report.Network);
        CollectionAssert.AreEqual(expected.Report.Layers, actual.Report.Layers);
        Assert.AreEqual(expected.Report.RetainedPerPixel?.Layer, actual.Report.RetainedPerPixel?.Layer);
        Assert.AreEqual(expected.Report.RetainedPerPixel?.Shape, actual.Report.RetainedPerPixel?.Shape);
        CollectionAssert.AreEqual(expected.Report.RetainedPerPixel?.Counts.ToArray(), actual.Report.RetainedPerPixel?.Counts.ToArray());
        CollectionAssert.AreEqual(expected.History.Epochs, actual.History.Epochs);
    }

    private static void AssertSameBits(float[] expected, float[] actual, string name) =>
        Assert.IsTrue(MemoryMarshal.AsBytes<float>(expected).SequenceEqual(MemoryMarshal.AsBytes<float>(actual)), name);

    /// <summary>Cannot seek, does not know its length, gives at most 3 bytes a call: as compressed and network streams may.</summary>
    private sealed class TrickleStream(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException();

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(3, buffer.Length)]);

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(3, count));
    }
}
