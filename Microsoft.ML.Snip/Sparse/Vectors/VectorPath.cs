using System.Runtime.Intrinsics;

namespace Microsoft.ML.Snip.Sparse.Vectors;

/// <summary>Which width of vectors the kernels are run with.</summary>
internal enum VectorPath
{
    /// <summary>Single numbers, on any machine.</summary>
    Scalar,

    /// <summary>Four numbers: SSE, NEON.</summary>
    Vector128,

    /// <summary>Eight numbers: AVX2.</summary>
    Vector256,

    /// <summary>Sixteen numbers: AVX-512.</summary>
    Vector512,
}

/// <summary>Which path the kernels take.</summary>
internal static class VectorPaths
{
    /// <summary>
    /// The environment variable that forces a path, for tests and to find out whether a machine's vectors are at fault: the name of a
    /// <see cref="VectorPath"/>. It is read once. What the machine lacks runs in software, slowly.
    /// </summary>
    public const string Variable = "MLSNIP_VECTORS";

    /// <summary>The forced path, or the widest that the machine runs in hardware.</summary>
    public static VectorPath Best { get; } = Choose(Environment.GetEnvironmentVariable(Variable));

    /// <summary>All paths, each of which runs on any machine.</summary>
    public static IReadOnlyList<VectorPath> All { get; } = Enum.GetValues<VectorPath>();

    /// <param name="forced">The name of the path to take; null or empty for the widest that the machine has.</param>
    /// <exception cref="ArgumentException">There is no such path.</exception>
    public static VectorPath Choose(string? forced) =>
        string.IsNullOrEmpty(forced) ? Widest
        : Enum.TryParse(forced, ignoreCase: true, out VectorPath path) && Enum.IsDefined(path) ? path
        : throw new ArgumentException(
            $"The environment variable {Variable} is '{forced}'; it takes one of {string.Join(", ", Enum.GetNames<VectorPath>())}.");

    private static VectorPath Widest =>
        Vector512.IsHardwareAccelerated ? VectorPath.Vector512
        : Vector256.IsHardwareAccelerated ? VectorPath.Vector256
        : Vector128.IsHardwareAccelerated ? VectorPath.Vector128
        : VectorPath.Scalar;
}
