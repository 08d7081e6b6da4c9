using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Tests.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Kernels;

/// <summary>Outputs in fours on every kind of vector, against plain loops.</summary>
[TestClass]
public class FourRowsKernelTests
{
    [TestMethod]
    public void OutputsInFoursAreSummedInEveryVectorOfATile() => VectorChecks.RunAll<TilesOfFours>();

    [TestMethod]
    public void BothKernelsOfFoursGiveTheSame() => VectorChecks.RunAll<Fours>();

    private static (FourRows Rows, AlignedArray<float> Weights) InFours(
        List<(int Element, float Weight)>[] taps, Func<int, int> placeOf)
    {
        var outputs = new List<FourOutputs>();
        var places = new List<int>();
        var weights = new List<float>();
        foreach (int[] four in new[] { new[] { 7, 0, 4, 2 }, [1, 8, 3, 6] })
        {
            int[] elements = [.. four.SelectMany(output => taps[output].Select(tap => tap.Element)).Distinct().Order()];
            weights.AddRange(elements.SelectMany(
                element => four.Select(output => taps[output].Find(tap => tap.Element == element).Weight)));
            places.AddRange(elements.Select(placeOf));
            outputs.Add(new FourOutputs(four[0], four[1], four[2], four[3], elements.Length));
        }

        int[] numbers = [.. weights.Select((weight, number) => weight == 0 ? WeightNumbers.None : number)];
        return (new FourRows(outputs.ToArray(), places.ToArray(), numbers), WeightNumbers.Arrange(numbers, weights.ToArray()));
    }

    private sealed class TilesOfFours : IVectorCheck
    {
        public static unsafe void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            var random = new Random(9);
            foreach (int vectors in Tile.Sizes.Skip(1))
            {
                var tile = new Tile<TSimd, TVector>(vectors, random);
                List<(int Element, float Weight)>[] taps = Tile.DrawTaps(random);
                taps[5].Clear(); // In none of the fours.
                (FourRows rows, AlignedArray<float> weights) = InFours(taps, Tile<TSimd, TVector>.PlaceOf);
                TileArguments arguments = tile.Arguments(hasBias: false, float.NegativeInfinity);
                TileKernels<TSimd, TVector>.Run(vectors, rows, weights.Pointer, arguments);
                tile.Check(taps, hasBias: false, float.NegativeInfinity, "in fours");
                GC.KeepAlive(weights);
            }
        }
    }

    private sealed class Fours : IVectorCheck
    {
        public static unsafe void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            var random = new Random(10);
            foreach (bool hasBias in new[] { true, false })
            {
                List<(int Element, float Weight)>[] taps = Tile.DrawTaps(random);
                (FourRows rows, AlignedArray<float> weights) = InFours(taps, Tile<TSimd, TVector>.PlaceOf);
                foreach (int vectors in new[] { 2, 4 })
                {
                    var tile = new Tile<TSimd, TVector>(vectors, random);
                    TileArguments arguments = tile.Arguments(hasBias, float.NegativeInfinity);
                    if (hasBias)
                    {
                        float* untouched = arguments.Destination + (5 * arguments.DestinationStride);
                        new Span<float>(untouched, vectors * TSimd.Width).Fill(arguments.Bias[5]);
                    }

                    taps[5].Clear(); // In none of the fours.
                    if (vectors == 2)
                    {
                        FourRows2<TSimd, TVector>.Run(
                            rows, weights.Pointer, (float*)arguments.Source, arguments.Destination, arguments.DestinationStride,
                            arguments.Bias);
                    }
                    else
                    {
                        FourRows4<TSimd, TVector>.Run(
                            rows, weights.Pointer, (float*)arguments.Source, arguments.Destination, arguments.DestinationStride,
                            arguments.Bias);
                    }

                    tile.Check(taps, hasBias, float.NegativeInfinity, $"kernel of {vectors}");
                    GC.KeepAlive(weights);
                }
            }
        }
    }
}
