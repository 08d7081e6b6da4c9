using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators.Recurrent;

/// <summary>
/// Gated recurrent unit: r and z are sigmoids of their gates; n = tanh(x_n + r s_n), where x_n comes from the input and s_n from the state;
/// h' = (1 - z) n + z h. Kept are r, z, n and s_n. With e the gradient of h', m = e (1 - z) (1 - n^2) is that of x_n; those of the gates r
/// and z are m s_n r (1 - r) and e (h - n) z (1 - z); that of s_n is m r; h gets e z directly.
/// </summary>
internal readonly unsafe struct TrainableGruCell : ITrainableCell
{
    public static int Gates => 3;

    public static int KeptParts => 4;

    public static bool SumsParts => false;

    public static void Forward<TSimd, TVector>(
        float* kept, float* fromState, float* last, float* lastKept, float* output, long length)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector none = TSimd.Zero;
        for (long at = 0; at < length; at += TSimd.Width)
        {
            TVector r = SigmoidFunction.Of<TSimd, TVector>(TSimd.Add(TSimd.Load(kept + at), TSimd.Load(fromState + at)), none);
            TVector z = SigmoidFunction.Of<TSimd, TVector>(
                TSimd.Add(TSimd.Load(kept + length + at), TSimd.Load(fromState + length + at)), none);
            TVector s = TSimd.Load(fromState + (2 * length) + at);
            TVector n = TanhFunction.Of<TSimd, TVector>(TSimd.MultiplyAdd(r, s, TSimd.Load(kept + (2 * length) + at)), none);
            TSimd.Store(r, kept + at);
            TSimd.Store(z, kept + length + at);
            TSimd.Store(n, kept + (2 * length) + at);
            TSimd.Store(s, kept + (3 * length) + at);
            TSimd.Store(TSimd.MultiplyAdd(z, TSimd.Subtract(TSimd.Load(last + at), n), n), output + at);
        }
    }

    public static void Backward<TSimd, TVector>(
        float* kept, float* last, float* lastKept, float* outputGradients, float* stateGradients, float* fromState, long length)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector one = TSimd.Broadcast(1);
        for (long at = 0; at < length; at += TSimd.Width)
        {
            TVector r = TSimd.Load(kept + at), z = TSimd.Load(kept + length + at);
            TVector n = TSimd.Load(kept + (2 * length) + at), s = TSimd.Load(kept + (3 * length) + at);
            TVector e = TSimd.Load(outputGradients + at), rest = TSimd.Subtract(one, z);
            TVector m = TSimd.Multiply(TSimd.Multiply(e, rest), TSimd.Subtract(one, TSimd.Multiply(n, n)));
            TVector gradientR = TSimd.Multiply(TSimd.Multiply(m, s), TSimd.Multiply(r, TSimd.Subtract(one, r)));
            TVector gradientZ = TSimd.Multiply(
                TSimd.Multiply(e, TSimd.Subtract(TSimd.Load(last + at), n)), TSimd.Multiply(z, rest));
            TSimd.Store(gradientR, kept + at);
            TSimd.Store(gradientZ, kept + length + at);
            TSimd.Store(m, kept + (2 * length) + at);
            TSimd.Store(gradientR, fromState + at);
            TSimd.Store(gradientZ, fromState + length + at);
            TSimd.Store(TSimd.Multiply(m, r), fromState + (2 * length) + at);
            TSimd.Store(TSimd.Multiply(e, z), stateGradients + length + at);
        }
    }
}
