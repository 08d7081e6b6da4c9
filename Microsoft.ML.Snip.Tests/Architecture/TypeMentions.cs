using System.Reflection;

namespace Microsoft.ML.Snip.Tests.Architecture;

/// <summary>
/// The types that compiled code names: what declarations, signatures, attributes and instructions mention. Constants and <c>nameof</c>
/// leave no trace in compiled code, so they are not seen.
/// </summary>
internal static class TypeMentions
{
    public const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>What the attributes of a type and of its members name.</summary>
    public static IEnumerable<Type> OfAllAttributes(Type type) =>
        OfAttributes(type).Concat(type.GetMembers(Declared).SelectMany(OfAttributes));

    /// <summary>What is needed to lay a type out: base type, interfaces, constraints, fields.</summary>
    public static IEnumerable<Type> OfDeclaration(Type type) =>
        type.GetInterfaces().Append(type.BaseType)
            .Concat(type.GetGenericArguments().SelectMany(argument => argument.GetGenericParameterConstraints()))
            .Concat(type.GetFields(Declared).Select(field => field.FieldType))
            .SelectMany(Parts);

    /// <summary>What a method names: in its signature, its local variables, its handlers and its instructions.</summary>
    public static IEnumerable<Type> Of(MethodBase method)
    {
        MethodBody? body = method.GetMethodBody();
        return OfSignature(method)
            .Concat(method.GetParameters().SelectMany(parameter => parameter.GetCustomAttributesData()).SelectMany(OfAttribute))
            .Concat(body is null ? [] : body.LocalVariables.SelectMany(variable => Parts(variable.LocalType)))
            .Concat(body is null ? [] : body.ExceptionHandlingClauses
                .Where(clause => clause.Flags == ExceptionHandlingClauseOptions.Clause).SelectMany(clause => Parts(clause.CatchType)))
            .Concat(Instructions.MembersNamedBy(method).SelectMany(OfMember))
            .Distinct();
    }

    public static IEnumerable<MethodBase> MethodsOf(Type type) =>
        type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared));

    private static IEnumerable<Type> OfMember(MemberInfo member) => member switch
    {
        Type type => Parts(type),
        FieldInfo field => Parts(field.DeclaringType).Concat(Parts(field.FieldType)),
        MethodBase method => Parts(method.DeclaringType).Concat(OfSignature(method)),
        _ => throw new NotSupportedException($"{member} is neither a type nor a field nor a method."),
    };

    private static IEnumerable<Type> OfSignature(MethodBase method)
    {
        IEnumerable<Type> types = method.GetParameters().Select(parameter => parameter.ParameterType);
        if (method is MethodInfo { ReturnType: Type result })
        {
            types = types.Append(result);
        }

        return (method.IsGenericMethod ? types.Concat(method.GetGenericArguments()) : types).SelectMany(Parts);
    }

    private static IEnumerable<Type> OfAttributes(MemberInfo member) => member.GetCustomAttributesData().SelectMany(OfAttribute);

    private static IEnumerable<Type> OfAttribute(CustomAttributeData attribute) =>
        attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(named => named.TypedValue)).SelectMany(OfArgument)
            .Append(attribute.AttributeType);

    private static IEnumerable<Type> OfArgument(CustomAttributeTypedArgument argument) => argument.Value switch
    {
        Type type => Parts(type),
        IEnumerable<CustomAttributeTypedArgument> items => items.SelectMany(OfArgument),
        _ => Parts(argument.ArgumentType),
    };

    /// <summary>A type's definition and, for arrays, pointers, references and generic types, the types it is made of.</summary>
    private static IEnumerable<Type> Parts(Type? type) => type switch
    {
        null => [],
        { HasElementType: true } => Parts(type.GetElementType()),
        { IsGenericParameter: true } => [],
        { IsConstructedGenericType: true } => type.GetGenericArguments().SelectMany(Parts).Append(type.GetGenericTypeDefinition()),
        _ => [type],
    };
}
