using System.Buffers.Binary;
using System.Text;
using Microsoft.ML.Snip.Formats;
using Microsoft.ML.Snip.Tests.Networks;

namespace Microsoft.ML.Snip.Tests.Formats;

/// <summary>Files come from strangers: whatever one holds, reading it gives a model or a <see cref="FormatException"/>, at bounded cost.</summary>
[TestClass]
public class ModelFileSafetyTests
{
    private static readonly SnipModel Model = MakeModel();
    private static readonly byte[] File = SampleModels.Write(Model);
    private static readonly FileParts Parts = FileParts.Split(File, Model.Network.Definition);

    [TestMethod]
    public void Damaged_files_are_rejected_or_load_and_cost_little()
    {
        var random = new Random(20_190_220);
        int loaded = 0;
        for (int model = 0; model < 10; model++)
        {
            var mutator = new ModelMutator(SampleModels.Draw(random));
            for (int mutation = 0; mutation < 120; mutation++)
            {
                int seed = random.Next();
                MutationTrial trial = MutationTrial.Run(mutator.Mutate(new Random(seed)));
                Assert.IsNull(trial.Violation, $"model {model}, seed {seed}: {trial.Violation}");
                loaded += trial.Loaded ? 1 : 0;
            }
        }

        Assert.IsTrue(loaded is > 50 and < 800, $"{loaded} of 1200 damaged files load: the mutations reach too little.");
    }

    [TestMethod]
    public void Every_truncation_is_rejected()
    {
        for (int length = 0; length < File.Length; length++)
        {
            AssertRejected(File[..length], length < 8 ? "This is no model" : "cut off");
        }
    }

    [TestMethod]
    public void Every_flipped_bit_is_noticed()
    {
        for (int bit = 0; bit < File.Length * 8; bit += 3)
        {
            byte[] damaged = [.. File];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.ThrowsExactly<FormatException>(() => SampleModels.Read(damaged));
        }
    }

    [TestMethod]
    public void Trailing_bytes_are_rejected() => AssertRejected([.. File, 0], "expected the end");

    [TestMethod]
    public void A_text_file_is_said_to_be_no_model() => AssertRejected(Encoding.UTF8.GetBytes("PK, or anything else"), "This is no model");

    [TestMethod]
    public void A_later_version_asks_for_a_later_library()
    {
        byte[] later = [.. File];
        later[8] = 3;
        AssertRejected(later, "version 3");
    }

    [TestMethod]
    public void An_earlier_version_holds_no_connections_per_pixel()
    {
        byte[] earlier = [.. File];
        earlier[8] = 1;
        AssertRejected(earlier, "content of version 2");
        byte[] without = SampleModels.Write(Model with { Report = Model.Report with { RetainedPerPixel = null } });
        Assert.AreEqual(1, without[8]);
        Assert.IsNull(SampleModels.Read(without).Report.RetainedPerPixel);
    }

    [TestMethod]
    public void A_file_said_to_be_huge_is_rejected_without_making_room_for_it()
    {
        byte[] huge = [.. File];
        BinaryPrimitives.WriteUInt32LittleEndian(huge.AsSpan(12), uint.MaxValue);
        AssertRejected(huge, "is the most");
        BinaryPrimitives.WriteUInt32LittleEndian(huge.AsSpan(12), ModelLimits.MostPayload);
        AssertRejected(huge, "cut off");
    }

    [TestMethod]
    public void Huge_layers_in_a_tiny_file_are_rejected_without_making_room_for_them()
    {
        AssertRejected(Edit("\"units\":20", "\"units\":15000000"), "is the most");
        AssertRejected(Edit("\"units\":20", "\"units\":2147483647"), "The network makes no sense");
        AssertRejected(Edit("\"units\":20", "\"units\":-1"), "The network makes no sense");
    }

    [TestMethod]
    public void More_kept_weights_than_a_layer_has_are_rejected()
    {
        var count = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(count, (36 * 20) + 1);
        AssertRejected(Parts.With(FileParts.Metadata + 1, new FilePart(count, IsBlock: false)).Join(File), "'fc1.weight'");
    }

    [TestMethod]
    public void A_decompression_bomb_is_decompressed_only_as_far_as_expected()
    {
        for (int index = 0; index < Parts.Parts.Count; index++)
        {
            if (Parts.Parts[index].IsBlock)
            {
                AssertRejected(Parts.With(index, new FilePart(new byte[20_000_000], IsBlock: true)).Join(File), expected: "");
            }
        }
    }

    [TestMethod]
    [DataRow("\"kind\":\"Int32\"", "\"kind\":\"Decimal\"")]
    [DataRow("\"kind\":\"Int32\"", "\"kind\":77")]
    [DataRow("\"names\":[\"7\",\"8\"]", "\"names\":[\"7\"]")]
    [DataRow("\"names\":[\"7\",\"8\"]", "\"names\":[\"7\",null]")]
    [DataRow("\"mean\":[1]", "\"mean\":[\"NaN\"]")]
    [DataRow("\"mean\":[1]", "\"mean\":[1,1]")]
    [DataRow("\"mean\":[1]", "\"mean\":null")]
    [DataRow("\"mean\":[1],", "")]
    [DataRow("\"mean\":[1]", "\"mean\":[1],\"mean\":[1]")]
    [DataRow("\"mean\":[1]", "\"mean\":[1],\"mode\":[1]")]
    [DataRow("\"epochs\":[]", "\"epochs\":[null]")]
    [DataRow("\"counts\":[3,", "\"counts\":[")]
    [DataRow("\"counts\":[3,", "\"counts\":[-3,")]
    [DataRow("\"counts\":[3,", "\"counts\":[null,")]
    [DataRow("\"layer\":\"fc1\",", "")]
    [DataRow("\"shape\":{\"channels\":1", "\"shape\":{\"channels\":2")]
    [DataRow("\"layer\":\"relu\"", "\"layer\":\"System.Object\"")]
    [DataRow("\"layer\":\"relu\",", "")]
    public void Metadata_are_read_strictly(string text, string replacement) => AssertRejected(Edit(text, replacement), expected: "");

    [TestMethod]
    public void A_model_that_could_not_be_read_is_not_written()
    {
        SnipModel fewer = Model with { Classes = new Snip.Data.ClassLabels(Snip.Data.ClassValueKind.Int32, ["7"]) };
        ArgumentException exception = Assert.ThrowsExactly<ArgumentException>(() => SampleModels.Write(fewer));
        StringAssert.Contains(exception.Message, "2 classes");
    }

    private static byte[] Edit(string text, string replacement)
    {
        string json = Encoding.UTF8.GetString(Parts.Parts[FileParts.Metadata].Content);
        StringAssert.Contains(json, text);
        return Parts.WithMetadata(Encoding.UTF8.GetBytes(json.Replace(text, replacement, StringComparison.Ordinal))).Join(File);
    }

    private static void AssertRejected(byte[] file, string expected)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        FormatException exception = Assert.ThrowsExactly<FormatException>(() => SampleModels.Read(file));
        Assert.IsLessThan(8_000_000, GC.GetAllocatedBytesForCurrentThread() - before);
        StringAssert.Contains(exception.Message, expected);
    }

    private static SnipModel MakeModel()
    {
        NetworkDefinition definition = NetworkDefinition.Build("small", new ImageShape(1, 6, 6)).Flatten().Linear(20).ReLU().Linear(2).ToDefinition();
        return new SnipModel(
            RandomNetwork.DrawParameters(definition, density: 0.3, new Random(1)),
            new Snip.Data.PixelNormalization([1], [1]),
            new Snip.Data.ClassLabels(Snip.Data.ClassValueKind.Int32, ["7", "8"]),
            new PruningReport("small", []) { RetainedPerPixel = new RetainedConnections("fc1", definition.InputShape, [.. Enumerable.Repeat(3, 36)]) },
            new TrainingHistory([]));
    }
}
