using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Tests.Sparse.Vectors;

namespace Microsoft.ML.Snip.Tests.Sparse.Kernels;

/// <summary>A tile's source, whose runs lie apart, and its destination.</summary>
internal sealed unsafe class Tile<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly AlignedArray<float> _source;
    private readonly AlignedArray<float> _destination;
    private readonly AlignedArray<float> _bias = new(Tile.Outputs);
    private readonly float[] _start;
    private readonly int _length;
    private readonly int _run;

    public Tile(int vectors, Random random)
    {
        int width = TSimd.Width;
        _length = vectors * width;
        _run = (4 * width) + (3 * width); // Runs lie further apart than they are long.
        _source = new AlignedArray<float>((Tile.Elements * 2 * width) + (4 * _run) + (16 * width));
        VectorChecks.WholeNumbers((int)_source.Length, random).CopyTo(_source.Span);
        VectorChecks.WholeNumbers(Tile.Outputs, random).CopyTo(_bias.Span);
        _start = VectorChecks.WholeNumbers(Tile.Outputs * _length, random);
        _destination = new AlignedArray<float>(Tile.Outputs * _length);
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
        for (int output = 0; output < Tile.Outputs; output++)
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

/// <summary>The sizes of tiles, and what they are filled with.</summary>
internal static class Tile
{
    public const int Elements = 40, Outputs = 9;

    public static readonly int[] Sizes = [1, 2, 4, 8, 12, 16];

    /// <summary>The taps of each output: none of output 0, and the more the higher its number.</summary>
    public static List<(int Element, float Weight)>[] DrawTaps(Random random) =>
    [
        .. Enumerable.Range(0, Outputs).Select(output => Enumerable.Range(0, Elements)
            .Where(_ => output > 0 && random.Next(Outputs) < output)
            .Select(element => (element, (float)random.Next(-9, 10))).ToList()),
    ];

    /// <summary>The pattern of the taps, with every element at its place, and their weights.</summary>
    public static (SparseRows Rows, AlignedArray<float> Weights) ToRows(
        IReadOnlyList<List<(int Element, float Weight)>> taps, Func<int, int> placeOf)
    {
        var rows = new List<RowTaps>();
        var all = new List<Tap>();
        var weights = new List<float>();
        for (int output = 0; output < taps.Count; output++)
        {
            rows.Add(new RowTaps(output, all.Count, taps[output].Count));
            foreach ((int element, float weight) in taps[output])
            {
                all.Add(new Tap(weights.Count, placeOf(element)));
                weights.Add(weight);
            }
        }

        var pattern = new SparseRows(rows, all.ToArray());
        return (pattern, WeightNumbers.Arrange(pattern.Numbers, weights.ToArray()));
    }
}
