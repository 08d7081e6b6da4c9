using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>Writes gradients, or adds them to those that another reader of the same signal has written.</summary>
internal static unsafe class GradientWriter<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(TVector gradient, float* destination, bool adds) =>
        TSimd.Store(adds ? TSimd.Add(TSimd.Load(destination), gradient) : gradient, destination);
}
