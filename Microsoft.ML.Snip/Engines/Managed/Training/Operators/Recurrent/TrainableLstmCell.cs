using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators.Recurrent;

/// <summary>
/// Long short-term memory: i, f, o are sigmoids and g a hyperbolic tangent of their gates; c' = f c + i g; h' = o tanh(c'). Kept are i, f,
/// g, o and c'. With e the gradient of h' and d that of c', d += e o (1 - tanh(c')^2), the gradients of the gates are d g i (1 - i), d c f
/// (1 - f), d i (1 - g^2) and e tanh(c') o (1 - o); that of c is d f.
/// </summary>
internal readonly unsafe struct TrainableLstmCell : ITrainableCell
{
    public static int Gates => 4;

    public static int KeptParts => 5;

    public static bool SumsParts => true;

    public static void Forward<TSimd, TVector>(
        float* kept, float* fromState, float* last, float* lastKept, float* output, long length)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector none = TSimd.Zero;
        for (long at = 0; at < length; at += TSimd.Width)
        {
            TVector i = SigmoidFunction.Of<TSimd, TVector>(TSimd.Load(kept + at), none);
            TVector f = SigmoidFunction.Of<TSimd, TVector>(TSimd.Load(kept + length + at), none);
            TVector g = TanhFunction.Of<TSimd, TVector>(TSimd.Load(kept + (2 * length) + at), none);
            TVector o = SigmoidFunction.Of<TSimd, TVector>(TSimd.Load(kept + (3 * length) + at), none);
            TVector c = TSimd.Multiply(i, g);
            c = lastKept == null ? c : TSimd.MultiplyAdd(f, TSimd.Load(lastKept + (4 * length) + at), c);
            TSimd.Store(i, kept + at);
            TSimd.Store(f, kept + length + at);
            TSimd.Store(g, kept + (2 * length) + at);
            TSimd.Store(o, kept + (3 * length) + at);
            TSimd.Store(c, kept + (4 * length) + at);
            TSimd.Store(TSimd.Multiply(o, TanhFunction.Of<TSimd, TVector>(c, none)), output + at);
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
            TVector i = TSimd.Load(kept + at), f = TSimd.Load(kept + length + at);
            TVector g = TSimd.Load(kept + (2 * length) + at), o = TSimd.Load(kept + (3 * length) + at);
            TVector tanh = TanhFunction.Of<TSimd, TVector>(TSimd.Load(kept + (4 * length) + at), TSimd.Zero);
            TVector c = lastKept == null ? TSimd.Zero : TSimd.Load(lastKept + (4 * length) + at);
            TVector e = TSimd.Load(outputGradients + at);
            TVector d = TSimd.MultiplyAdd(
                TSimd.Multiply(e, o), TSimd.Subtract(one, TSimd.Multiply(tanh, tanh)), TSimd.Load(stateGradients + at));
            TSimd.Store(TSimd.Multiply(TSimd.Multiply(d, g), SigmoidSlope<TSimd, TVector>(i)), kept + at);
            TSimd.Store(TSimd.Multiply(TSimd.Multiply(d, c), SigmoidSlope<TSimd, TVector>(f)), kept + length + at);
            TSimd.Store(TSimd.Multiply(TSimd.Multiply(d, i), TSimd.Subtract(one, TSimd.Multiply(g, g))), kept + (2 * length) + at);
            TSimd.Store(TSimd.Multiply(TSimd.Multiply(e, tanh), SigmoidSlope<TSimd, TVector>(o)), kept + (3 * length) + at);
            TSimd.Store(TSimd.Multiply(d, f), stateGradients + at);
            TSimd.Store(TSimd.Zero, stateGradients + length + at);
        }
    }

    /// <summary>s (1 - s).</summary>
    private static TVector SigmoidSlope<TSimd, TVector>(TVector s)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct => TSimd.Multiply(s, TSimd.Subtract(TSimd.Broadcast(1), s));
}
