using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Pruning.Criteria;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.UserModules;

/// <summary>
/// Finds modules and parameters that a module holds without having registered them: in its fields, or in collections, tuples, closures and
/// objects of its own assembly there. They would be neither trained nor stored, and the predicting module would have other values. Plain
/// tensors may be constants; the comparison of predictions after training checks them.
/// </summary>
internal static class UnregisteredParts
{
    private const string Advice =
        "It would be neither trained nor stored, and train() and eval() would not reach it. Register it in the constructor: with "
        + "register_module or register_parameter, or in a field that holds it, a Sequential or a ModuleList before RegisterComponents is "
        + "called.";

    /// <summary>The compiler's name for the object that a lambda captures, which is not part of the module.</summary>
    private const string CapturedThis = "<>4__this";

    /// <summary>The first unregistered part of a module, as the end of a sentence about the module; null if there is none.</summary>
    public static string? FindMistake(nn.Module root)
    {
        HashSet<object> registered = new(ModuleTree.Flatten(root), ReferenceEqualityComparer.Instance);
        HashSet<IntPtr> handles = [.. root.parameters().Select(parameter => parameter.Handle)];
        foreach ((string path, nn.Module holder) in root.named_modules().Prepend((string.Empty, root)))
        {
            foreach (FieldInfo field in FieldsOf(holder.GetType()))
            {
                if (Search(field.GetValue(holder), registered, handles, holder.GetType().Assembly) is { } part)
                {
                    string location = path.Length == 0 ? NameOf(field) : $"{path}.{NameOf(field)}";
                    string what = part is Parameter parameter ? $"Parameter [{string.Join(", ", parameter.shape)}]" : part.GetType().Name;
                    return $"holds a {what} in '{location}' that is not registered. {Advice}";
                }
            }
        }

        return null;
    }

    /// <summary>The first module or parameter that can be reached from a value and is not registered.</summary>
    private static object? Search(object? start, HashSet<object> registered, HashSet<IntPtr> handles, Assembly own)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var waiting = new Stack<object?>([start]);
        while (waiting.TryPop(out object? value))
        {
            switch (value)
            {
                case null:
                    break;
                case nn.Module when !registered.Contains(value):
                    return value;
                case Parameter parameter when own != typeof(nn.Module).Assembly
                    && !parameter.IsInvalid
                    && !handles.Contains(parameter.Handle):
                    return value; // Native modules create new wrappers of their parameters.
                case nn.Module or Tensor:
                    break;
                case Delegate function when seen.Add(value):
                    Array.ForEach(function.GetInvocationList(), single => waiting.Push(single.Target));
                    break;
                case Array { Rank: 1 } array when seen.Add(value):
                    for (int at = IsLeaf(array.GetType().GetElementType()!) ? 0 : array.Length; at > 0; at--)
                    {
                        waiting.Push(array.GetValue(at - 1)); // The first element on top.
                    }

                    break;
                case not Array when IsSearched(value.GetType(), own) && seen.Add(value):
                    foreach (FieldInfo field in FieldsOf(value.GetType()))
                    {
                        waiting.Push(field.GetValue(value));
                    }

                    break;
            }
        }

        return null;
    }

    /// <summary>
    /// Whether to search the fields of a type: collections, tuples and similar types, and types of the module's own assembly, such as
    /// records of layers and variables that lambdas captured.
    /// </summary>
    private static bool IsSearched(Type type, Assembly own) => type.Assembly == own
        ? !type.IsEnum
        : type.Assembly != typeof(nn.Module).Assembly
            && (type.IsGenericType || type.Namespace == typeof(System.Collections.ArrayList).Namespace)
            && (type.Namespace ?? string.Empty).StartsWith(nameof(System), StringComparison.Ordinal);

    private static bool IsLeaf(Type type) => type.IsPrimitive || type.IsEnum || type.IsPointer || type == typeof(string);

    /// <summary>All fields except those that every TorchSharp module has.</summary>
    private static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        const BindingFlags All = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (Type? declaring = type; declaring is not null && !IsBaseOfModules(declaring); declaring = declaring.BaseType)
        {
            foreach (FieldInfo field in declaring.GetFields(All).Where(field => !IsLeaf(field.FieldType) && field.Name != CapturedThis))
            {
                yield return field;
            }
        }
    }

    private static bool IsBaseOfModules(Type type) =>
        type == typeof(nn.Module) || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(nn.HookableModule<,>));

    /// <summary>The field's name, or the property's name for a compiler-generated field.</summary>
    private static string NameOf(FieldInfo field) =>
        field.IsDefined(typeof(CompilerGeneratedAttribute)) && field.Name.StartsWith('<')
            && field.Name.IndexOf('>', StringComparison.Ordinal) is > 1 and int end
            ? field.Name[1..end]
            : field.Name;
}
