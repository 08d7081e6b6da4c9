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

/// <summary>Which paths this machine has.</summary>
internal static class VectorPaths
{
    /// <summary>The widest path that the machine runs in hardware.</summary>
    public static VectorPath Best =>
        Vector512.IsHardwareAccelerated ? VectorPath.Vector512
        : Vector256.IsHardwareAccelerated ? VectorPath.Vector256
        : Vector128.IsHardwareAccelerated ? VectorPath.Vector128
        : VectorPath.Scalar;
}
