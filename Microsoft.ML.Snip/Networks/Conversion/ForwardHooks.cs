using System.Collections;
using System.Reflection;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Networks.Conversion;

/// <summary>Detects the hooks of a module: code that runs before or after its forward method and cannot be converted to layers.</summary>
internal static class ForwardHooks
{
    private const BindingFlags Private = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    /// <summary>The private fields in which TorchSharp stores hooks; it has no public API for them.</summary>
    private static readonly string[] Fields = ["pre_hooks", "post_hooks", "module_pre_hooks", "module_post_hooks"];

    /// <summary>Whether hooks are registered with a module.</summary>
    /// <exception cref="NotSupportedException">This version of TorchSharp stores hooks in other fields.</exception>
    public static bool AreOn(nn.Module module)
    {
        Type? type = module.GetType();
        while (type is not null && !(type.IsGenericType && type.GetGenericTypeDefinition() == typeof(nn.HookableModule<,>)))
        {
            type = type.BaseType;
        }

        return type is not null && Fields.Any(name => HooksOf(module, type, name).Count > 0);
    }

    private static ICollection HooksOf(nn.Module module, Type hookable, string name) =>
        hookable.GetField(name, Private)?.GetValue(module) as ICollection
        ?? throw new NotSupportedException(
            $"Modules of TorchSharp {hookable.Assembly.GetName().Version} have no field '{name}', so hooks cannot be detected. Use the "
            + "version that this library references.");
}
