using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Recurrent;

/// <summary>Gated recurrent unit, gates r, z, n: n' = tanh(n of x + sigmoid(r) * n of h), h' = (1 - z) n' + z h with z through a sigmoid.</summary>
internal readonly struct GruCell : ICell
{
    public static unsafe void Run<TSimd, TVector>(float* fromInput, float* fromState, float* last, float* memory, float* output, long length)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        for (long i = 0; i < length; i += TSimd.Width)
        {
            TVector reset = Gates<TSimd, TVector>.Decay(TSimd.Add(TSimd.Load(fromInput + i), TSimd.Load(fromState + i)));
            TVector fromReset = TSimd.Divide(TSimd.Load(fromState + (2 * length) + i), Gates<TSimd, TVector>.OnePlus(reset));
            TVector fresh = TSimd.Add(fromReset, TSimd.Load(fromInput + (2 * length) + i));
            TVector change = Gates<TSimd, TVector>.Decay(TSimd.Add(fresh, fresh));
            TVector update = Gates<TSimd, TVector>.Decay(TSimd.Add(TSimd.Load(fromInput + length + i), TSimd.Load(fromState + length + i)));

            // (z (1 - n) + h (1 + n)) / ((1 + z) (1 + n)), z and n the exponentials of the update gate and of twice the new gate.
            TVector changed = Gates<TSimd, TVector>.OnePlus(change);
            TVector sum = TSimd.MultiplyAdd(update, Gates<TSimd, TVector>.OneMinus(change), TSimd.Multiply(TSimd.Load(last + i), changed));
            TSimd.Store(TSimd.Divide(sum, TSimd.Multiply(Gates<TSimd, TVector>.OnePlus(update), changed)), output + i);
        }
    }
}
