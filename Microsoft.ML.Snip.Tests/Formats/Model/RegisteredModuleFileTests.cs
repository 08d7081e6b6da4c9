using System.Text;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Images.Pixels;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Tests.Formats.Model;

/// <summary>Model files of modules.</summary>
[TestClass]
public class RegisteredModuleFileTests
{
    private static readonly SnipModel Model = MakeModel();
    private static readonly byte[] File = SampleModels.Write(Model);
    private static readonly FileParts Parts = FileParts.Split(File, Model.Network);

    [TestMethod]
    public void What_is_read_is_what_was_written()
    {
        SnipModel read = SampleModels.Read(File);
        Assert.AreEqual(Model.Network.Definition.ToJson(), read.Network.Definition.ToJson());
        CollectionAssert.AreEqual(Model.Network.Weights["conv.weight"].Value, read.Network.Weights["conv.weight"].Value);
        CollectionAssert.AreEqual(Model.Network.Weights["conv.weight"].Column, read.Network.Weights["conv.weight"].Column);
        CollectionAssert.AreEqual(Model.Network.Vectors["steps"], read.Network.Vectors["steps"]);
        CollectionAssert.AreEqual(File, SampleModels.Write(read));
    }

    [TestMethod]
    public void What_a_module_stores_beside_its_weights_may_be_infinite_but_is_a_number()
    {
        SnipModel model = MakeModel();
        model.Network.Vectors["table"][1] = float.NegativeInfinity;
        Assert.AreEqual(float.NegativeInfinity, SampleModels.Read(SampleModels.Write(model)).Network.Vectors["table"][1]);
        model.Network.Vectors["table"][1] = float.NaN;
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => SampleModels.Write(model)).Message, "'table'");
    }

    [TestMethod]
    [DataRow("\"registeredName\":\"mine\"", "\"registeredName\":\"System.Object, evil\"")]
    [DataRow("\"registeredName\":\"mine\"", "\"registeredName\":null")]
    [DataRow("\"classes\":2", "\"classes\":-2")]
    [DataRow("\"name\":\"steps\"", "\"name\":\"conv.weight\"")]
    [DataRow("\"name\":\"steps\"", "\"name\":null")]
    [DataRow("\"shape\":[],", "")]
    [DataRow("\"shape\":[]", "\"shape\":null")]
    [DataRow("\"shape\":[]", "\"shape\":[0]")]
    [DataRow("\"shape\":[2,1,3,3]", "\"shape\":[2147483647,2147483647,2147483647]")]
    [DataRow("\"shape\":[2,1,3,3]", "\"shape\":[18]")]
    [DataRow("\"shape\":[2,1,3,3]", "\"shape\":[2,1,3,3,1,1,1,1,1]")]
    [DataRow("\"uses\":16", "\"uses\":0")]
    [DataRow("\"layers\":[", "\"layers\":[{\"layer\":\"relu\",\"name\":\"r\",\"input\":\"input\"},")]
    public void Metadata_are_read_strictly(string text, string replacement)
    {
        string json = Encoding.UTF8.GetString(Parts.Metadata);
        StringAssert.Contains(json, text);
        byte[] edited = Parts.WithMetadata(Encoding.UTF8.GetBytes(json.Replace(text, replacement, StringComparison.Ordinal))).Join();
        Assert.ThrowsExactly<FormatException>(() => SampleModels.Read(edited));
    }

    [TestMethod]
    public void Damaged_files_are_rejected_or_load_and_cost_little()
    {
        var random = new Random(7);
        var mutator = new ModelMutator(Model);
        for (int mutation = 0; mutation < 300; mutation++)
        {
            int seed = random.Next();
            MutationTrial trial = MutationTrial.Run(mutator.Mutate(new Random(seed)));
            Assert.IsNull(trial.Violation, $"seed {seed}: {trial.Violation}");
        }
    }

    private static SnipModel MakeModel()
    {
        var definition = new NetworkDefinition("own", new ImageShape(1, 6, 6), [new RegisteredModule(
            "module", NetworkDefinition.InputName, "mine", 2,
            [new("conv.weight", true, [2, 1, 3, 3], 16), new("steps", false, [], 1), new("table", false, [2, 2], 1)])]);
        var weights = new Dictionary<string, SparseMatrix> { ["conv.weight"] = new(2, 9, [0, 1, 3], [4, 0, 8], [1, -2, 3]) };
        var vectors = new Dictionary<string, float[]> { ["steps"] = [12], ["table"] = [1, 2, 3, 4] };
        return new SnipModel(
            new SparseNetwork(definition, weights, vectors), new PixelNormalization([1], [1]), new ClassLabels(
                ClassValueKind.Int32, ["7", "8"]),
            new PruningReport("own", []), new TrainingHistory([]));
    }
}
