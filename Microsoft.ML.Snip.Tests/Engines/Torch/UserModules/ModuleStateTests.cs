using Microsoft.ML.Snip.Engines.Torch.UserModules;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Engines.Torch.UserModules;

/// <summary>A module takes a model's tensors only if each has its counterpart.</summary>
[TestClass]
public class ModuleStateTests
{
    [TestMethod]
    public void EveryTensorIsLoaded()
    {
        using var module = nn.Linear(3, 2);
        ModuleState.Load(module, Model(("weight", [2, 3]), ("bias", [2])));
        CollectionAssert.AreEqual(new float[] { 1, 2, 3, 4, 5, 6 }, module.weight.data<float>().ToArray());
        CollectionAssert.AreEqual(new float[] { 1, 2 }, module.bias!.data<float>().ToArray());
    }

    [TestMethod]
    public void ATensorThatOneSideLacksOrThatDiffersIsNamed()
    {
        using var module = nn.Linear(3, 2);
        (SparseNetwork Model, string Says)[] wrong =
        [
            (Model(("weight", [2, 3])), "the module has 'bias', which the model does not have"),
            (Model(("weight", [2, 3]), ("bias", [2]), ("gain", [2])), "the model's 'gain' is [2], the module's is missing"),
            (Model(("weight", [3, 2]), ("bias", [2])), "the model's 'weight' is [3, 2], the module's [2, 3]"),
        ];
        foreach ((SparseNetwork model, string says) in wrong)
        {
            StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => ModuleState.Load(module, model)).Message, says);
        }
    }

    private static SparseNetwork Model(params (string Name, int[] Shape)[] tensors)
    {
        var weights = new Dictionary<string, SparseMatrix>();
        var vectors = new Dictionary<string, float[]>();
        foreach ((string name, int[] shape) in tensors)
        {
            float[] values = [.. Enumerable.Range(1, shape.Aggregate((product, size) => product * size)).Select(number => (float)number)];
            if (shape.Length > 1)
            {
                weights.Add(name, SparseMatrix.FromDense(values, Array.ConvertAll(values, _ => true), shape[0], shape[1]));
            }
            else
            {
                vectors.Add(name, values);
            }
        }

        var module = new RegisteredModule(
            "module", NetworkDefinition.InputName, "own", 2,
            [.. tensors.Select(tensor => new ModuleTensor(tensor.Name, tensor.Shape.Length > 1, [.. tensor.Shape], OutputPositions: 1))]);
        return new SparseNetwork(new NetworkDefinition("own", new ImageShape(1, 1, 3), [module]), weights, vectors);
    }
}
