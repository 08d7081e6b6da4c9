using System.Reflection;
using System.Text.Json.Serialization;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Tests.Networks;

/// <summary>What the compiler does not ask for when a kind of layer is added.</summary>
[TestClass]
public class LayerCompletenessTests
{
    private static readonly Type[] Kinds =
        [.. typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract)];

    [TestMethod]
    public void EveryKindHasANameOfItsOwnInModelFiles()
    {
        JsonDerivedTypeAttribute[] named = [.. typeof(Layer).GetCustomAttributes<JsonDerivedTypeAttribute>()];
        CollectionAssert.AreEquivalent(Kinds, named.Select(attribute => attribute.DerivedType).ToArray());
        CollectionAssert.AllItemsAreUnique(named.Select(attribute => attribute.TypeDiscriminator).ToArray());
    }

    [TestMethod]
    public void EveryKindIsInASampleNetwork()
    {
        IEnumerable<Type> sampled = SampleNetworks.All.SelectMany(row => ((NetworkDefinition)row[0]).Layers)
            .Select(layer => layer.GetType())
            .Distinct();
        CollectionAssert.AreEquivalent(Kinds.Except([typeof(RegisteredModule)]).ToArray(), sampled.ToArray());
    }

    [TestMethod]
    public void EveryKindHasAMethodOfTheBuilder()
    {
        string[] methods = [.. typeof(NetworkBuilder).GetMethods().Where(method => method.ReturnType == typeof(NetworkBuilder))
        .Select(method => method.Name)];
        foreach (Type kind in Kinds.Except([typeof(RegisteredModule), typeof(Activation)]))
        {
            CollectionAssert.Contains(methods, kind.Name);
        }

        foreach (string function in Enum.GetNames<ActivationFunction>())
        {
            CollectionAssert.Contains(methods, function);
        }
    }
}
