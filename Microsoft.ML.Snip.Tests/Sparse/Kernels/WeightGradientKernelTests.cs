using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Tests.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Kernels;

/// <summary>Gradients of kept weights over tiles of every size on every kind of vector, against plain loops.</summary>
[TestClass]
public class WeightGradientKernelTests
{
    private const float Before = 3;

    [TestMethod]
    public void EveryKeptWeightGetsTheSumOverTheTile() => VectorChecks.RunAll<Tiles>();

    private sealed class Tiles : IVectorCheck
    {
        public static unsafe void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            var random = new Random(13);
            foreach (int vectors in Tile.Sizes)
            {
                int length = vectors * TSimd.Width, runLength = 4 * TSimd.Width;
                var tile = new Tile<TSimd, TVector>(vectors, random);
                TileArguments source = tile.Arguments(hasBias: false, float.NegativeInfinity);
                List<(int Element, float Weight)>[] taps = Tile.DrawTaps(random);
                (SparseRows rows, _) = Tile.ToRows(taps, Tile<TSimd, TVector>.PlaceOf);
                var outputs = new AlignedArray<float>(VectorChecks.WholeNumbers(Tile.Outputs * length, random));
                var gradients = new AlignedArray<float>(rows.Numbers.Length + TSimd.Width);
                gradients.Span.Fill(Before);
                var arguments = new GradientArguments
                {
                    Source = source.Source,
                    ElementBytes = source.ElementBytes,
                    Run1 = source.Run1,
                    Run2 = source.Run2,
                    Run3 = source.Run3,
                    Rows = rows.Rows.Pointer,
                    RowCount = (int)rows.Rows.Length,
                    Elements = rows.Elements.Pointer,
                    OutputGradients = outputs.Pointer,
                    OutputStride = length,
                    Gradients = gradients.Pointer,
                };
                TileKernels<TSimd, TVector>.AddWeightGradients(vectors, &arguments);

                var expected = new float[gradients.Length];
                Array.Fill(expected, Before);
                foreach (RowTaps row in rows.Rows.Span)
                {
                    for (int slot = row.FirstTap; slot < row.FirstTap + row.TapCount; slot++)
                    {
                        for (int lane = 0; lane < length; lane++)
                        {
                            byte* run = source.Source + ((lane / runLength) switch
                            {
                                0 => 0,
                                1 => source.Run1,
                                2 => source.Run2,
                                _ => source.Run3,
                            });
                            float x = ((float*)run)[rows.Elements.Span[slot] + (lane % runLength)];
                            expected[slot] += outputs.Span[(row.Output * length) + lane] * x;
                        }
                    }
                }

                VectorChecks.AssertSame(expected, gradients.Span.ToArray(), $"{typeof(TSimd).Name}, {vectors} vectors");
                GC.KeepAlive((tile, rows, outputs));
            }
        }
    }
}
