using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Tests.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Kernels;

/// <summary>Activation functions and the parts of gates on every kind of vector, against the runtime's functions in float64.</summary>
[TestClass]
public class FunctionTests
{
    private const float Slope = 0.3f;

    private static readonly float[] Numbers = Draw();

    [TestMethod]
    public void LeakyReLU() => VectorChecks.RunAll<Check<LeakyReLUFunction, LeakyReLUReference>>();

    [TestMethod]
    public void ReLU6() => VectorChecks.RunAll<Check<ReLU6Function, ReLU6Reference>>();

    [TestMethod]
    public void SiLU() => VectorChecks.RunAll<Check<SiLUFunction, SiLUReference>>();

    [TestMethod]
    public void Hardswish() => VectorChecks.RunAll<Check<HardswishFunction, HardswishReference>>();

    [TestMethod]
    public void Sigmoid() => VectorChecks.RunAll<Check<SigmoidFunction, SigmoidReference>>();

    [TestMethod]
    public void Tanh() => VectorChecks.RunAll<Check<TanhFunction, TanhReference>>();

    [TestMethod]
    public void GELU() => VectorChecks.RunAll<Check<GELUFunction, GELUReference>>();

    [TestMethod]
    public void ExpOfNegative() => VectorChecks.RunAll<Check<ExpOfNegativeFunction, ExpOfNegativeReference>>();

    private static float[] Draw()
    {
        var random = new Random(5);
        IEnumerable<float> drawn = Enumerable.Range(0, 2000).Select(_ => (random.NextSingle() * 40) - 20);
        return [0, -0f, 3, -3, 6, 1e-20f, -1e-20f, 27.9f, -27.9f, .. drawn];
    }

    private interface IReference
    {
        static abstract double Of(double x);
    }

    private sealed unsafe class Check<TFunction, TReference> : IVectorCheck
        where TFunction : struct, IFunction
        where TReference : IReference
    {
        static void IVectorCheck.Run<TSimd, TVector>()
        {
            float* x = stackalloc float[16];
            float* y = stackalloc float[16];
            for (int first = 0; first <= Numbers.Length - TSimd.Width; first += TSimd.Width)
            {
                Numbers.AsSpan(first, TSimd.Width).CopyTo(new Span<float>(x, TSimd.Width));
                TSimd.Store(TFunction.Of<TSimd, TVector>(TSimd.Load(x), TSimd.Broadcast(Slope)), y);
                for (int lane = 0; lane < TSimd.Width; lane++)
                {
                    double expected = TReference.Of(x[lane]);
                    double tolerance = 1e-6 * Math.Max(1, Math.Abs(expected));
                    Assert.AreEqual(expected, y[lane], tolerance, $"{typeof(TFunction).Name}({x[lane]}), {typeof(TSimd).Name}");
                }
            }
        }
    }

    /// <summary>What the functions and cells divide by.</summary>
    private readonly struct ExpOfNegativeFunction : IFunction
    {
        static TVector IFunction.Of<TSimd, TVector>(TVector x, TVector slope) => Gates<TSimd, TVector>.ExpOfNegative(x);
    }

    private sealed class LeakyReLUReference : IReference
    {
        public static double Of(double x) => x > 0 ? x : Slope * x;
    }

    private sealed class ReLU6Reference : IReference
    {
        public static double Of(double x) => Math.Clamp(x, 0, 6);
    }

    private sealed class SiLUReference : IReference
    {
        public static double Of(double x) => x / (1 + Math.Exp(-x));
    }

    private sealed class HardswishReference : IReference
    {
        public static double Of(double x) => x * Math.Clamp(x + 3, 0, 6) / 6;
    }

    private sealed class SigmoidReference : IReference
    {
        public static double Of(double x) => 1 / (1 + Math.Exp(-x));
    }

    private sealed class TanhReference : IReference
    {
        public static double Of(double x) => Math.Tanh(x);
    }

    private sealed class ExpOfNegativeReference : IReference
    {
        public static double Of(double x) => Math.Exp(-x);
    }

    /// <summary>With the Taylor series of the error function; its terms are summed until they no longer count.</summary>
    private sealed class GELUReference : IReference
    {
        public static double Of(double x)
        {
            double z = Math.Clamp(x / Math.Sqrt(2), -5, 5), power = z, sum = z;
            for (int n = 1; n < 200; n++)
            {
                power *= -z * z / n;
                sum += power / ((2 * n) + 1);
            }

            return x * (1 + (2 / Math.Sqrt(Math.PI) * sum)) / 2;
        }
    }
}
