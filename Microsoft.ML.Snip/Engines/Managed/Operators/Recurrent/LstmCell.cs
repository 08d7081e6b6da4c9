using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Recurrent;

/// <summary>
/// Long short-term memory, as TorchSharp computes it. With the gates in the order i (input), f (forget), g (cell), o (output):
/// <code>
/// i = sigmoid(W_ii x + b_ii + W_hi h + b_hi)        f, o in the same way
/// g = tanh(W_ig x + b_ig + W_hg h + b_hg)
/// c' = f * c + i * g
/// h' = o * tanh(c')
/// </code>
/// </summary>
internal readonly struct LstmCell : ICell
{
    public static unsafe void Run<TSimd, TVector>(
        float* fromInput, float* fromState, float* last, float* memory, float* output, long length)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        for (long at = 0; at < length; at += TSimd.Width)
        {
            // expI = exp(-x) where i = sigmoid(x), and so on; expG = exp(-2 x) where g = tanh(x).
            TVector expI = Exponential<TSimd, TVector>(fromInput, fromState, at);
            TVector expF = Exponential<TSimd, TVector>(fromInput, fromState, at + length);
            TVector expG = Exponential<TSimd, TVector>(fromInput, fromState, at + (2 * length), twice: true);
            TVector expO = Exponential<TSimd, TVector>(fromInput, fromState, at + (3 * length));

            // c' = c / (1 + expF) + (1 - expG) / ((1 + expI) (1 + expG)), over one denominator.
            TVector denominatorF = Gates<TSimd, TVector>.OnePlus(expF);
            TVector denominatorIG = TSimd.Multiply(Gates<TSimd, TVector>.OnePlus(expI), Gates<TSimd, TVector>.OnePlus(expG));
            TVector numerator = TSimd.MultiplyAdd(
                TSimd.Load(memory + at), denominatorIG, TSimd.Multiply(Gates<TSimd, TVector>.OneMinus(expG), denominatorF));
            TVector c = TSimd.Divide(numerator, TSimd.Multiply(denominatorF, denominatorIG));
            TSimd.Store(c, memory + at);

            // h' = (1 - expC) / ((1 + expO) (1 + expC)), expC = exp(-2 c').
            TVector expC = Gates<TSimd, TVector>.ExpOfNegative(TSimd.Add(c, c));
            TVector denominator = TSimd.Multiply(Gates<TSimd, TVector>.OnePlus(expO), Gates<TSimd, TVector>.OnePlus(expC));
            TSimd.Store(TSimd.Divide(Gates<TSimd, TVector>.OneMinus(expC), denominator), output + at);
        }
    }

    /// <summary>exp(-x), or exp(-2 x), of a gate's x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe TVector Exponential<TSimd, TVector>(float* fromInput, float* fromState, long at, bool twice = false)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector x = TSimd.Add(TSimd.Load(fromInput + at), TSimd.Load(fromState + at));
        return Gates<TSimd, TVector>.ExpOfNegative(twice ? TSimd.Add(x, x) : x);
    }
}
