using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Recurrent;

/// <summary>Long short-term memory, gates i, f, g, o: c' = sigmoid(f) c + sigmoid(i) tanh(g), h' = sigmoid(o) tanh(c').</summary>
internal readonly struct LstmCell : ICell
{
    public static unsafe void Run<TSimd, TVector>(float* fromInput, float* fromState, float* last, float* memory, float* output, long length)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        for (long i = 0; i < length; i += TSimd.Width)
        {
            TVector write = Decay<TSimd, TVector>(fromInput, fromState, i);
            TVector keep = Decay<TSimd, TVector>(fromInput, fromState, i + length);
            TVector fresh = Decay<TSimd, TVector>(fromInput, fromState, i + (2 * length), twice: true);
            TVector show = Decay<TSimd, TVector>(fromInput, fromState, i + (3 * length));

            // c / (1 + f) + (1 - g) / ((1 + i) (1 + g)), each letter the exponential of its gate.
            TVector kept = Gates<TSimd, TVector>.OnePlus(keep);
            TVector written = TSimd.Multiply(Gates<TSimd, TVector>.OnePlus(write), Gates<TSimd, TVector>.OnePlus(fresh));
            TVector sum = TSimd.MultiplyAdd(TSimd.Load(memory + i), written, TSimd.Multiply(Gates<TSimd, TVector>.OneMinus(fresh), kept));
            TVector state = TSimd.Divide(sum, TSimd.Multiply(kept, written));
            TSimd.Store(state, memory + i);

            // (1 - s) / ((1 + o) (1 + s)), s that of twice the state.
            TVector shown = Gates<TSimd, TVector>.Decay(TSimd.Add(state, state));
            TVector scale = TSimd.Multiply(Gates<TSimd, TVector>.OnePlus(show), Gates<TSimd, TVector>.OnePlus(shown));
            TSimd.Store(TSimd.Divide(Gates<TSimd, TVector>.OneMinus(shown), scale), output + i);
        }
    }

    /// <summary>The exponential of a gate, or of twice the gate.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe TVector Decay<TSimd, TVector>(float* fromInput, float* fromState, long at, bool twice = false)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector gate = TSimd.Add(TSimd.Load(fromInput + at), TSimd.Load(fromState + at));
        return Gates<TSimd, TVector>.Decay(twice ? TSimd.Add(gate, gate) : gate);
    }
}
