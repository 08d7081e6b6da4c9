using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Vectors;

/// <summary>Every operation in every lane against plain arithmetic.</summary>
[TestClass]
public class SimdTests
{
    [TestMethod]
    public void OperationsActLaneByLane() => VectorChecks.RunAll<Operations>();

    [TestMethod]
    public void GatherTakesEachLaneFromItsPlace() => VectorChecks.RunAll<Gathers>();

    [TestMethod]
    public void LookupTakesEachLaneFromItsLaneOfTheTable() => VectorChecks.RunAll<Lookups>();

    [TestMethod]
    public void ScaleMultipliesByPowersOfTwo() => VectorChecks.RunAll<Scales>();

    [TestMethod]
    public void SumEachAddsTheLanesOfEachVector() => VectorChecks.RunAll<SumsOfVectors>();

    [TestMethod]
    public void BytesBecomeNumbersFrom0To255() => VectorChecks.RunAll<Bytes>();

    private sealed class SumsOfVectors : IVectorCheck
    {
        public static unsafe void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            int width = TSimd.Width;
            float[] vectors = VectorChecks.WholeNumbers(width * width, new Random(12)), result = new float[width];
            fixed (float* x = vectors, y = result)
            {
                TSimd.Store(TSimd.SumEach(x), y);
            }

            float[] expected = [.. vectors.Chunk(width).Select(vector => vector.Sum())];
            VectorChecks.AssertSame(expected, result, typeof(TSimd).Name);
        }
    }

    private sealed class Bytes : IVectorCheck
    {
        public static unsafe void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            byte[] bytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
            var result = new float[256];
            fixed (byte* x = bytes)
            fixed (float* y = result)
            {
                for (int at = 0; at < bytes.Length; at += TSimd.Width)
                {
                    TSimd.Store(TSimd.FromBytes(x + at), y + at);
                }
            }

            VectorChecks.AssertSame(Array.ConvertAll(bytes, value => (float)value), result, typeof(TSimd).Name);
        }
    }

    private sealed class Operations : IVectorCheck
    {
        public static unsafe void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            int width = TSimd.Width;
            float[] left = VectorChecks.WholeNumbers(width, new Random(1)), right = VectorChecks.WholeNumbers(width, new Random(2));
            float[] addend = VectorChecks.WholeNumbers(width, new Random(3));
            float[] divisor = Array.ConvertAll(right, value => value == 0 ? 4 : value);
            var result = new float[width];
            fixed (float* a = left, b = right, c = addend, d = divisor, r = result)
            {
                TVector first = TSimd.Load(a), second = TSimd.Load(b), third = TSimd.Load(c), fourth = TSimd.Load(d);
                Check(TSimd.Add(first, second), r, lane => left[lane] + right[lane], "Add");
                Check(TSimd.Subtract(first, second), r, lane => left[lane] - right[lane], "Subtract");
                Check(TSimd.Multiply(first, second), r, lane => left[lane] * right[lane], "Multiply");
                Check(TSimd.Divide(first, fourth), r, lane => left[lane] / divisor[lane], "Divide");
                Check(TSimd.Sqrt(TSimd.Multiply(first, first)), r, lane => Math.Abs(left[lane]), "Sqrt");
                Check(TSimd.MultiplyAdd(first, second, third), r, lane => (left[lane] * right[lane]) + addend[lane], "MultiplyAdd");
                Check(TSimd.Max(first, second), r, lane => Math.Max(left[lane], right[lane]), "Max");
                Check(TSimd.Min(first, second), r, lane => Math.Min(left[lane], right[lane]), "Min");
                Check(TSimd.WherePositive(first, third), r, lane => left[lane] > 0 ? addend[lane] : 0, "WherePositive");
                Check(TSimd.WhereEqual(first, second, third), r, lane => left[lane] == right[lane] ? addend[lane] : 0, "WhereEqual");
                Check(TSimd.WhereEqual(first, first, third), r, lane => addend[lane], "WhereEqual");
                Check(TSimd.Broadcast(7), r, _ => 7, "Broadcast");
                Check(TSimd.Zero, r, _ => 0, "Zero");
                Assert.AreEqual(left.Sum(), TSimd.Sum(first), $"{typeof(TSimd).Name}.Sum");
            }

            void Check(TVector actual, float* memory, Func<int, float> expected, string operation)
            {
                TSimd.Store(actual, memory);
                for (int lane = 0; lane < width; lane++)
                {
                    Assert.AreEqual(expected(lane), memory[lane], $"{typeof(TSimd).Name}.{operation}, lane {lane}");
                }
            }
        }
    }

    private sealed class Gathers : IVectorCheck
    {
        public static unsafe void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            var random = new Random(4);
            float[] source = [.. Enumerable.Range(0, 1 << 16).Select(index => (float)index)], result = new float[TSimd.Width];
            ushort[] indices = [ushort.MaxValue, .. Enumerable.Range(0, TSimd.Width - 1).Select(_ => (ushort)random.Next(1 << 16))];
            for (int round = 0; round < TSimd.Width; round++)
            {
                fixed (float* x = source, y = result)
                fixed (ushort* index = indices)
                {
                    TSimd.Store(TSimd.Gather(x, index), y);
                }

                VectorChecks.AssertSame(Array.ConvertAll(indices, index => (float)index), result, $"{typeof(TSimd).Name}, round {round}");
                indices = [.. indices[1..], indices[0]];
            }
        }
    }

    private sealed class Lookups : IVectorCheck
    {
        public static unsafe void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            float[] table = [.. Enumerable.Range(0, TSimd.Width).Select(lane => (float)(100 + lane))];
            float[] result = new float[TSimd.Width];
            var random = new Random(5);
            for (int round = 0; round < 50; round++)
            {
                byte[] indices = [.. Enumerable.Range(0, TSimd.Width).Select(_ => (byte)random.Next(TSimd.Width))];
                fixed (float* x = table, y = result)
                fixed (byte* index = indices)
                {
                    TSimd.Store(TSimd.Lookup(TSimd.Load(x), index), y);
                }

                VectorChecks.AssertSame(Array.ConvertAll(indices, index => table[index]), result, $"{typeof(TSimd).Name}, round {round}");
            }
        }
    }

    private sealed class Scales : IVectorCheck
    {
        public static unsafe void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            float* result = stackalloc float[TSimd.Width];
            for (int exponent = -126; exponent <= 127; exponent++)
            {
                TSimd.Store(TSimd.Scale(TSimd.Broadcast(1.25f), TSimd.Broadcast(exponent)), result);
                for (int lane = 0; lane < TSimd.Width; lane++)
                {
                    Assert.AreEqual(MathF.ScaleB(1.25f, exponent), result[lane], $"{typeof(TSimd).Name}, exponent {exponent}, lane {lane}");
                }
            }
        }
    }
}
