using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Steps.Recurrent;

/// <summary>Long short-term memory, gates i, f, g, o: c' = sigmoid(f) c + sigmoid(i) tanh(g), h' = sigmoid(o) tanh(c').</summary>
internal readonly struct LstmCell : ICell
{
    public static unsafe void Run<TSimd, TVector>(float* fromInput, float* fromState, float* last, float* memory, float* output, long length)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        for (long i = 0; i < length; i += TSimd.Width)
        {
            TVector write = Activation<TSimd, TVector>.Sigmoid(TSimd.Add(TSimd.Load(fromInput + i), TSimd.Load(fromState + i)));
            long gate = length + i;
            TVector keep = Activation<TSimd, TVector>.Sigmoid(TSimd.Add(TSimd.Load(fromInput + gate), TSimd.Load(fromState + gate)));
            gate += length;
            TVector fresh = Activation<TSimd, TVector>.Tanh(TSimd.Add(TSimd.Load(fromInput + gate), TSimd.Load(fromState + gate)));
            gate += length;
            TVector show = Activation<TSimd, TVector>.Sigmoid(TSimd.Add(TSimd.Load(fromInput + gate), TSimd.Load(fromState + gate)));
            TVector state = TSimd.MultiplyAdd(keep, TSimd.Load(memory + i), TSimd.Multiply(write, fresh));
            TSimd.Store(state, memory + i);
            TSimd.Store(TSimd.Multiply(show, Activation<TSimd, TVector>.Tanh(state)), output + i);
        }
    }
}
