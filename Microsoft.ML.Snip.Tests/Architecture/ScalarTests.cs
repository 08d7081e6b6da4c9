using System.Reflection;
using TorchSharp;

namespace Microsoft.ML.Snip.Tests.Architecture;

/// <summary>
/// A number that is given to a TorchSharp method becomes a <see cref="Scalar"/> that nothing keeps alive while libtorch reads it; the
/// garbage collector may free it before. So the library makes scalars itself and disposes of them after the call.
/// </summary>
[TestClass]
public class ScalarTests
{
    private const BindingFlags All =
        BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    [TestMethod]
    public void NoNumberBecomesAScalarUnseen()
    {
        Assert.AreNotEqual(0, Conversions(typeof(ScalarTests).Assembly).Length, "the search finds nothing anywhere");
        CollectionAssert.AreEqual(Array.Empty<string>(), Conversions(typeof(SnipCatalog).Assembly));
    }

    /// <summary>
    /// Methods of TorchSharp that make a scalar of a number inside, such as <c>add_(tensor)</c>, which adds 1 times the tensor.
    /// </summary>
    [TestMethod]
    public void NoMethodIsCalledThatMakesAScalarInside()
    {
        var calls = from type in typeof(SnipCatalog).Assembly.GetTypes()
                    from method in TypeMentions.MethodsOf(type)
                    from named in Instructions.MembersNamedBy(method).OfType<MethodInfo>()
                    where named.DeclaringType?.Assembly == typeof(Scalar).Assembly && named.DeclaringType != typeof(Scalar)
                    where MakesScalar(named)
                    select $"{type.FullName}.{method.Name} calls {named.DeclaringType!.Name}.{named}";
        string[] found = [.. calls.Distinct()];
        Assert.IsEmpty(found, string.Join(Environment.NewLine, found));
        Assert.IsTrue(MakesScalar(typeof(torch.Tensor).GetMethod("add_", [typeof(torch.Tensor)])!), "the search finds nothing anywhere");
    }

    /// <param name="method">A method.</param>
    /// <param name="depth">How many calls inside TorchSharp are followed.</param>
    private static bool MakesScalar(MethodInfo method, int depth = 2) => method.GetMethodBody() is not null
        && Instructions.MembersNamedBy(method).OfType<MethodInfo>().Any(named => named.ReturnType == typeof(Scalar)
            || (depth > 0 && named.DeclaringType?.Assembly == typeof(Scalar).Assembly && MakesScalar(named, depth - 1)));

    private static string[] Conversions(Assembly assembly) => [..
        from type in assembly.GetTypes()
        from method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All))
        where method.GetMethodBody() is not null
        from named in Instructions.MembersNamedBy(method).OfType<MethodInfo>()
        where named.DeclaringType == typeof(Scalar) && named.Name == "op_Implicit"
        select $"{type.FullName}.{method.Name}"];
}
