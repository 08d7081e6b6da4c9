using System.Buffers.Binary;
using System.Text;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Tests.Networks;

namespace Microsoft.ML.Snip.Tests.Formats.Model;

/// <summary>
/// Files come from strangers: whatever one holds, reading it gives a model or a <see cref="FormatException"/>, at bounded cost.
/// </summary>
[TestClass]
public class ModelFileSafetyTests
{
    private static readonly SnipModel Model = MakeModel();
    private static readonly byte[] File = SampleModels.Write(Model);
    private static readonly FileParts Parts = FileParts.Split(File, Model.Network);

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
            AssertRejected(File[..length], length < 8 ? "This is not a model" : "cut off");
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
    public void A_text_file_is_said_to_be_no_model() =>
        AssertRejected(Encoding.UTF8.GetBytes("PK, or anything else"), "This is not a model");

    [TestMethod]
    public void A_later_version_asks_for_a_later_library()
    {
        byte[] later = [.. File];
        later[8] = 4;
        AssertRejected(later, "version 4; this library reads version 3, so a later version of the library is needed");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void An_earlier_version_asks_for_the_library_that_saved_it(int version)
    {
        byte[] earlier = [.. File];
        earlier[8] = (byte)version;
        AssertRejected(earlier, $"version {version}; this library reads version 3, so use the version of the library that saved it");
    }

    [TestMethod]
    public void The_compressed_content_is_one_whole_stream_and_nothing_else()
    {
        byte[] payload = File[FileParts.HeaderSize..];
        for (int length = 1; length < 40; length++)
        {
            AssertRejected(FileParts.Wrap([.. payload, .. new byte[length]]), "There are data after the compressed content");
            AssertRejected(FileParts.Wrap(payload[..^length]), length <= 2 ? "has no end" : "");
        }
    }

    [TestMethod]
    public void More_content_than_the_metadata_call_for_is_rejected() =>
        AssertRejected(FileParts.Join([.. Parts.ToContent(), 0]), "more content");

    [TestMethod]
    [DataRow("hugein.snip", "An image of 1x1x2147483647 has 2147483647 values; the maximum is 33554432.")]
    [DataRow("hugein3.snip", "An image of 1x1x2000000000 has 2000000000 values; the maximum is 33554432.")]
    [DataRow("padconv.snip", "output values in total")]
    [DataRow("seqlin.snip", "output values in total")]
    [DataRow("bigpool.snip", "operations")]
    [DataRow("nan-weights.snip", "'fc1.weight' has values that are not finite")]
    public void Hostile_files_found_in_trials_are_rejected_at_once(string name, string expected)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "Fixtures", "models", name);
        AssertRejected(System.IO.File.ReadAllBytes(path), expected);
        Assert.ThrowsExactly<FormatException>(() => SnipPredictor.Load(path));
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(float.NegativeInfinity)]
    public void Numbers_that_are_not_finite_are_neither_read_nor_written(float number)
    {
        foreach (string name in (string[])["fc1.weight", "fc2.bias", "bn1.running_var", "bn1.weight"])
        {
            SnipModel model = MakeModel();
            float[] numbers = model.Network.Weights.TryGetValue(name, out SparseMatrix? matrix)
                ? matrix.Value
                : model.Network.Vectors[name];
            numbers[^1] = number;
            StringAssert.Contains(
                Assert.ThrowsExactly<ArgumentException>(() => SampleModels.Write(model)).Message,
                $"'{name}' has values that are not finite");
        }
    }

    [TestMethod]
    public void A_negative_variance_is_neither_read_nor_written()
    {
        SnipModel model = MakeModel();
        model.Network.Vectors["bn1.running_var"][0] = -1;
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => SampleModels.Write(model)).Message, "variances below 0");
    }

    [TestMethod]
    public void An_exponent_of_ones_is_not_read()
    {
        int planes = Parts.Numbers.Count - (4 * Model.Network.Definition.Parameters.Length);
        for (int parameter = 0; parameter < Model.Network.Definition.Parameters.Length; parameter++)
        {
            byte[] exponents = [.. Parts.Numbers[planes + parameter]];
            exponents[0] = 255;
            AssertRejected(
                Parts.With(planes + parameter, exponents).Join(), $"'{Model.Network.Definition.Parameters[parameter].Name}' has values "
                    + "that are not finite");
        }
    }

    [TestMethod]
    public void A_file_said_to_be_huge_is_rejected_without_making_room_for_it()
    {
        byte[] huge = [.. File];
        BinaryPrimitives.WriteUInt32LittleEndian(huge.AsSpan(12), uint.MaxValue);
        AssertRejected(huge, "the maximum is");
        BinaryPrimitives.WriteUInt32LittleEndian(huge.AsSpan(12), ModelLimits.MaxPayload);
        AssertRejected(huge, "cut off");
    }

    [TestMethod]
    public void Huge_layers_in_a_tiny_file_are_rejected_without_making_room_for_them()
    {
        AssertRejected(Edit("\"units\":20", "\"units\":15000000"), "the maximum is");
        AssertRejected(Edit("\"units\":20", "\"units\":2147483647"), "The network is invalid");
        AssertRejected(Edit("\"units\":20", "\"units\":-1"), "The network is invalid");
    }

    [TestMethod]
    public void More_kept_weights_than_a_layer_has_are_rejected()
    {
        var count = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(count, (36 * 20) + 1);
        AssertRejected(Parts.With(0, count).Join(), "'fc1.weight'");
    }

    [TestMethod]
    public void A_decompression_bomb_is_decompressed_only_as_far_as_expected()
    {
        for (int index = 0; index < Parts.Numbers.Count; index++)
        {
            AssertRejected(Parts.With(index, new byte[20_000_000]).Join(), expected: "");
        }

        AssertRejected(Parts.WithMetadata(new byte[20_000_000]).Join(), "the maximum is");
    }

    [TestMethod]
    [DataRow("\"kind\":\"Int32\"", "\"kind\":\"Decimal\"")]
    [DataRow("\"kind\":\"Int32\"", "\"kind\":77")]
    [DataRow("\"names\":[\"7\",\"8\"]", "\"names\":[\"7\"]")]
    [DataRow("\"names\":[\"7\",\"8\"]", "\"names\":[\"7\",null]")]
    [DataRow("\"names\":[\"7\",\"8\"]", "\"names\":[\"7\",\"7\"]")]
    [DataRow("\"scale\":[1]", "\"scale\":[\"Infinity\"]")]
    [DataRow("\"kept\":5", "\"kept\":-5")]
    [DataRow("\"kept\":5", "\"kept\":50")]
    [DataRow("\"uses\":1", "\"uses\":-1")]
    [DataRow("\"uses\":1", "\"uses\":9223372036854775807")]
    [DataRow("\"connections\":40", "\"connections\":9223372036854775807")]
    [DataRow("\"epoch\":1", "\"epoch\":-1")]
    [DataRow("\"mean\":[1]", "\"mean\":[\"NaN\"]")]
    [DataRow("\"mean\":[1]", "\"mean\":[1,1]")]
    [DataRow("\"mean\":[1]", "\"mean\":null")]
    [DataRow("\"mean\":[1],", "")]
    [DataRow("\"mean\":[1]", "\"mean\":[1],\"mean\":[1]")]
    [DataRow("\"mean\":[1]", "\"mean\":[1],\"mode\":[1]")]
    [DataRow("\"epochs\":[", "\"epochs\":[null,")]
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
        SnipModel fewer = Model with { Classes = new ClassLabels(ClassValueKind.Int32, ["7"]) };
        ArgumentException exception = Assert.ThrowsExactly<ArgumentException>(() => SampleModels.Write(fewer));
        StringAssert.Contains(exception.Message, "2 classes");
    }

    [TestMethod]
    public void Classes_of_one_name_are_not_written()
    {
        SnipModel same = Model with { Classes = new ClassLabels(ClassValueKind.Int32, ["7", "7"]) };
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => SampleModels.Write(same)).Message, "Two classes are named '7'");
    }

    private static byte[] Edit(string text, string replacement)
    {
        string json = Encoding.UTF8.GetString(Parts.Metadata);
        StringAssert.Contains(json, text);
        return Parts.WithMetadata(Encoding.UTF8.GetBytes(json.Replace(text, replacement, StringComparison.Ordinal))).Join();
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
        NetworkDefinition definition = NetworkDefinition.Build("small", new ImageShape(1, 6, 6))
            .Flatten()
            .Linear(20)
            .BatchNorm()
            .ReLU()
            .Linear(2)
            .ToDefinition();
        return new SnipModel(
            RandomNetwork.DrawParameters(definition, density: 0.3, new Random(1)),
            new PixelNormalization([1], [1]),
            new ClassLabels(ClassValueKind.Int32, ["7", "8"]),
            new PruningReport("small", [new LayerReport("fc2.weight", 40, 5, 1)]) { RetainedPerPixel = new RetainedConnections(
            "fc1", definition.InputShape, [.. Enumerable.Repeat(3, 36)]) },
            new TrainingHistory([new EpochSummary(1, 0.1, 0.5, 0.9)]));
    }
}
