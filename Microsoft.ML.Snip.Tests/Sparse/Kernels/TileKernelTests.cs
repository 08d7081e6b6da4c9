using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Tests.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Kernels;

/// <summary>Tiles of every size on every kind of vector, against plain loops.</summary>
[TestClass]
public class TileKernelTests
{
    [TestMethod]
    public void RowsOfAnyLengthAreSummedInEveryVectorOfATile() => VectorChecks.RunAll<SparseTiles>();

    private sealed class SparseTiles : IVectorCheck
    {
        public static unsafe void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            var random = new Random(8);
            foreach (int vectors in Tile.Sizes)
            {
                var tile = new Tile<TSimd, TVector>(vectors, random);
                List<(int Element, float Weight)>[] taps = Tile.DrawTaps(random);
                (SparseRows rows, AlignedArray<float> weights) = Tile.ToRows(taps, Tile<TSimd, TVector>.PlaceOf);
                (bool HasBias, float Floor)[] cases = [(true, 0), (true, float.NegativeInfinity), (false, float.NegativeInfinity)];
                foreach ((bool hasBias, float floor) in cases)
                {
                    TileArguments arguments = tile.Arguments(hasBias, floor);
                    arguments.Rows = rows.Rows.Pointer;
                    arguments.RowCount = (int)rows.Rows.Length;
                    arguments.Elements = rows.Elements.Pointer;
                    arguments.Weights = weights.Pointer;
                    TileKernels<TSimd, TVector>.Run(vectors, &arguments);
                    tile.Check(taps, hasBias, floor, "one by one");
                }

                GC.KeepAlive((rows, weights));
            }
        }
    }
}
