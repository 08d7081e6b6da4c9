using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Tests.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Kernels;

/// <summary>Tiles of every size, outputs one by one and in fours, on every kind of vector, against plain loops.</summary>
[TestClass]
public class TileKernelTests
{
    private const int Elements = 40, Outputs = 9;

    private static readonly int[] Sizes = [1, 2, 4, 8, 12, 16];

    [TestMethod]
    public void RowsOfAnyLengthAreSummedInEveryVectorOfATile() => VectorChecks.RunAll<SparseTiles>();

    [TestMethod]
    public void OutputsInFoursAreSummedInEveryVectorOfATile() => VectorChecks.RunAll<TilesOfFours>();

    [TestMethod]
    public void BothKernelsOfFoursGiveTheSame() => VectorChecks.RunAll<Fours>();

    /// <summary>A tile's source, whose runs lie apart, and its destination.</summary>
    private sealed unsafe class Tile<TSimd, TVector>
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        private readonly AlignedArray<float> _source;
        private readonly AlignedArray<float> _destination;
        private readonly AlignedArray<float> _bias = new(Outputs);
        private readonly float[] _start;
        private readonly int _length;
        private readonly int _run;

        public Tile(int vectors, Random random)
        {
            int width = TSimd.Width;
            _length = vectors * width;
            _run = (4 * width) + (3 * width); // Runs lie further apart than they are long.
            _source = new AlignedArray<float>((Elements * 2 * width) + (4 * _run) + (16 * width));
            VectorChecks.WholeNumbers((int)_source.Length, random).CopyTo(_source.Span);
            VectorChecks.WholeNumbers(Outputs, random).CopyTo(_bias.Span);
            _start = VectorChecks.WholeNumbers(Outputs * _length, random);
            _destination = new AlignedArray<float>(Outputs * _length);
        }

        public TileArguments Arguments(bool hasBias, float floor)
        {
            _start.CopyTo(_destination.Span);
            return new TileArguments
            {
                Source = (byte*)_source.Pointer,
                ElementBytes = sizeof(float),
                Run1 = _run * sizeof(float),
                Run2 = 2 * _run * sizeof(float),
                Run3 = 3 * _run * sizeof(float),
                Bias = hasBias ? _bias.Pointer : null,
                Destination = _destination.Pointer,
                DestinationStride = _length,
                Floor = floor,
            };
        }

        /// <summary>An element's place in floats.</summary>
        public static int PlaceOf(int element) => element * 2 * TSimd.Width;

        public void Check(IReadOnlyList<List<(int Element, float Weight)>> taps, bool hasBias, float floor, string what)
        {
            int runLength = 4 * TSimd.Width;
            for (int output = 0; output < Outputs; output++)
            {
                for (int lane = 0; lane < _length; lane++)
                {
                    float sum = hasBias ? _bias.Span[output] : _start[(output * _length) + lane];
                    foreach ((int element, float weight) in taps[output])
                    {
                        sum += weight * _source.Span[PlaceOf(element) + (lane / runLength * _run) + (lane % runLength)];
                    }

                    Assert.AreEqual(
                        Math.Max(floor, sum), _destination.Span[(output * _length) + lane],
                        $"{typeof(TSimd).Name}, {what}, {_length / TSimd.Width} vectors, bias {hasBias}: output {output}, lane {lane}");
                }
            }
        }
    }

    private static List<(int Element, float Weight)>[] DrawTaps(Random random) =>
    [
        .. Enumerable.Range(0, Outputs).Select(output => Enumerable.Range(0, Elements)
            .Where(_ => output > 0 && random.Next(Outputs) < output)
            .Select(element => (element, (float)random.Next(-9, 10))).ToList()),
    ];

    private static (FourOutputs[] Outputs, FourTaps[] Taps) InFours(List<(int Element, float Weight)>[] taps, Func<int, int> placeOf)
    {
        var outputs = new List<FourOutputs>();
        var together = new List<FourTaps>();
        foreach (int[] four in new[] { new[] { 7, 0, 4, 2 }, [1, 8, 3, 6] })
        {
            int[] elements = [.. four.SelectMany(output => taps[output].Select(tap => tap.Element)).Distinct().Order()];
            float[] WeightsAt(int element) => Array.ConvertAll(four, output => taps[output].Find(tap => tap.Element == element).Weight);
            together.AddRange(elements.Select(element => (Weights: WeightsAt(element), Place: placeOf(element)))
                .Select(tap => new FourTaps(tap.Weights[0], tap.Weights[1], tap.Weights[2], tap.Weights[3], tap.Place)));
            outputs.Add(new FourOutputs(four[0], four[1], four[2], four[3], elements.Length));
        }

        return ([.. outputs], [.. together]);
    }

    private sealed class SparseTiles : IVectorCheck
    {
        public static unsafe void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            var random = new Random(8);
            foreach (int vectors in Sizes)
            {
                var tile = new Tile<TSimd, TVector>(vectors, random);
                List<(int Element, float Weight)>[] taps = DrawTaps(random);
                var rows = new SparseRows(
                    [.. taps.Select((row, output) => new Row(output, row.Count))],
                    taps.SelectMany(row => row).Select(tap => new Tap(tap.Weight, Tile<TSimd, TVector>.PlaceOf(tap.Element))).ToArray());
                (bool HasBias, float Floor)[] cases = [(true, 0), (true, float.NegativeInfinity), (false, float.NegativeInfinity)];
                foreach ((bool hasBias, float floor) in cases)
                {
                    TileArguments arguments = tile.Arguments(hasBias, floor);
                    arguments.Rows = rows.Rows.Pointer;
                    arguments.RowCount = (int)rows.Rows.Length;
                    arguments.Taps = rows.Taps.Pointer;
                    TileKernels<TSimd, TVector>.Run(vectors, &arguments);
                    tile.Check(taps, hasBias, floor, "one by one");
                }

                GC.KeepAlive(rows);
            }
        }
    }

    private sealed class TilesOfFours : IVectorCheck
    {
        public static unsafe void Run<TSimd, TVector>()
            where TSimd : struct, ISimd<TVector>
            where TVector : struct
        {
            var random = new Random(9);
            foreach (int vectors in Sizes.Skip(1))
            {
                var tile = new Tile<TSimd, TVector>(vectors, random);
                List<(int Element, float Weight)>[] taps = DrawTaps(random);
                taps[5].Clear(); // In none of the fours.
                (FourOutputs[] outputs, FourTaps[] together) = InFours(taps, Tile<TSimd, TVector>.PlaceOf);
                var rows = new FourRows(outputs, together);
                TileArguments arguments = tile.Arguments(hasBias: false, float.NegativeInfinity);
                TileKernels<TSimd, TVector>.Run(vectors, rows, arguments);
                tile.Check(taps, hasBias: false, float.NegativeInfinity, "in fours");
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
                List<(int Element, float Weight)>[] taps = DrawTaps(random);
                (FourOutputs[] outputs, FourTaps[] together) = InFours(taps, Tile<TSimd, TVector>.PlaceOf);
                var rows = new FourRows(outputs, together);
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
                            rows, (float*)arguments.Source, arguments.Destination, arguments.DestinationStride, arguments.Bias);
                    }
                    else
                    {
                        FourRows4<TSimd, TVector>.Run(
                            rows, (float*)arguments.Source, arguments.Destination, arguments.DestinationStride, arguments.Bias);
                    }

                    tile.Check(taps, hasBias, float.NegativeInfinity, $"kernel of {vectors}");
                }
            }
        }
    }
}
