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

    private static string[] Conversions(Assembly assembly) => [..
        from type in assembly.GetTypes()
        from method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All))
        where method.GetMethodBody() is not null
        from named in Instructions.MembersNamedBy(method).OfType<MethodInfo>()
        where named.DeclaringType == typeof(Scalar) && named.Name == "op_Implicit"
        select $"{type.FullName}.{method.Name}"];
}
