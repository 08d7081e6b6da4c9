using System.Runtime.CompilerServices;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Snip.DataViews;

/// <summary>Services that ML.NET offers to its own components: seed, cancellation, and checks whose exceptions name the host.</summary>
internal static class HostServices
{
    /// <summary>The context's seed; a random one if the context has none.</summary>
    public static int ChooseSeed(this IHost host) => (host as IHostEnvironmentInternal)?.Seed ?? host.Rand.Next();

    /// <summary>The context's GPU and whether the CPU replaces one that is missing.</summary>
    public static (int? GpuDeviceId, bool FallbackToCpu) FindDevices(this IHostEnvironment environment) =>
        environment is IHostEnvironmentInternal context ? (context.GpuDeviceId, context.FallbackToCpu) : (null, false);

    /// <exception cref="OperationCanceledException">The context's work was cancelled.</exception>
    public static void ThrowIfCancelled(this IHost host) => host.CheckAlive();

    /// <exception cref="ArgumentException">A text, such as a path, is null or empty.</exception>
    public static void RequireText(
        this IHostEnvironment environment, string value, [CallerArgumentExpression(nameof(value))] string parameter = "") =>
        environment.CheckNonEmpty(value, parameter);

    /// <exception cref="ArgumentNullException">A value is null.</exception>
    public static void RequireValue<T>(
        this IHostEnvironment environment, T value, [CallerArgumentExpression(nameof(value))] string parameter = "")
        where T : class => environment.CheckValue(value, parameter);

    /// <exception cref="ArgumentException">A value is none of its enumeration.</exception>
    public static void RequireDefined<TEnum>(
        this IHostEnvironment environment, TEnum value, [CallerArgumentExpression(nameof(value))] string parameter = "")
        where TEnum : struct, Enum =>
            environment.CheckParam(Enum.IsDefined(value), parameter, $"There is no {typeof(TEnum).Name} '{value}'.");
}
