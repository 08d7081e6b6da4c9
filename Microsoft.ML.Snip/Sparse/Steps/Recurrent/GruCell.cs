using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Steps.Recurrent;

/// <summary>Gated recurrent unit, gates r, z, n: n' = tanh(n of x + sigmoid(r) * n of h), h' = (1 - z) n' + z h with z through a sigmoid.</summary>
internal readonly struct GruCell : ICell
{
    public static unsafe void Run<TSimd, TVector>(float* fromInput, float* fromState, float* last, float* memory, float* output, long length)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        for (long i = 0; i < length; i += TSimd.Width)
        {
            TVector reset = Activation<TSimd, TVector>.Sigmoid(TSimd.Add(TSimd.Load(fromInput + i), TSimd.Load(fromState + i)));
            TVector update = Activation<TSimd, TVector>.Sigmoid(TSimd.Add(TSimd.Load(fromInput + length + i), TSimd.Load(fromState + length + i)));
            TVector fresh = Activation<TSimd, TVector>.Tanh(
                TSimd.MultiplyAdd(reset, TSimd.Load(fromState + (2 * length) + i), TSimd.Load(fromInput + (2 * length) + i)));
            TSimd.Store(TSimd.MultiplyAdd(update, TSimd.Subtract(TSimd.Load(last + i), fresh), fresh), output + i);
        }
    }
}
