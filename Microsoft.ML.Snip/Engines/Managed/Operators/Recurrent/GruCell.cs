using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Recurrent;

/// <summary>
/// Gated recurrent unit, as TorchSharp computes it. With the gates in the order r (reset), z (update), n (new):
/// <code>
/// r = sigmoid(W_ir x + b_ir + W_hr h + b_hr)        z in the same way
/// n = tanh(W_in x + b_in + r * (W_hn h + b_hn))
/// h' = (1 - z) * n + z * h
/// </code>
/// </summary>
internal readonly struct GruCell : ICell
{
    public static unsafe void Run<TSimd, TVector>(
        float* fromInput, float* fromState, float* last, float* memory, float* output, long length)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        for (long at = 0; at < length; at += TSimd.Width)
        {
            // expR = exp(-x) where r = sigmoid(x), expZ likewise; expN = exp(-2 x) where n = tanh(x).
            TVector expR = Gates<TSimd, TVector>.ExpOfNegative(TSimd.Add(TSimd.Load(fromInput + at), TSimd.Load(fromState + at)));
            TVector resetState = TSimd.Divide(TSimd.Load(fromState + (2 * length) + at), Gates<TSimd, TVector>.OnePlus(expR));
            TVector n = TSimd.Add(resetState, TSimd.Load(fromInput + (2 * length) + at));
            TVector expN = Gates<TSimd, TVector>.ExpOfNegative(TSimd.Add(n, n));
            TVector expZ = Gates<TSimd, TVector>.ExpOfNegative(
                TSimd.Add(TSimd.Load(fromInput + length + at), TSimd.Load(fromState + length + at)));

            // h' = (expZ (1 - expN) + h (1 + expN)) / ((1 + expZ) (1 + expN)).
            TVector denominatorN = Gates<TSimd, TVector>.OnePlus(expN);
            TVector numerator = TSimd.MultiplyAdd(
                expZ, Gates<TSimd, TVector>.OneMinus(expN), TSimd.Multiply(TSimd.Load(last + at), denominatorN));
            TSimd.Store(TSimd.Divide(numerator, TSimd.Multiply(Gates<TSimd, TVector>.OnePlus(expZ), denominatorN)), output + at);
        }
    }
}
