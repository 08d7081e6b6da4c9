using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;

/// <summary>
/// Tiles with the inputs of each tap in the order of the output pixels, row after row without gaps: lane i of tap (u, v) is the input that
/// output pixel first + i multiplies by that tap's weight. Lanes are pixels of one image (lanes = 1), or images (lanes = the vector's
/// width). For any stride, padding and map size, only the end of the last vector is unused, and every load is aligned. Each column v of the
/// kernel has its own copies; its rows u, u + m, u + 2 m, ... share one copy, where m is the smallest step that shifts by whole vectors:
/// the stride times the number of output rows that make whole vectors.
/// </summary>
internal sealed unsafe class Im2colTiles<TSimd, TVector> : TileGeometry
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>The maximum number of moves that are stored, 12 MiB. For larger maps the moves are computed again for each tile.</summary>
    private const long MaxKeptMoves = 1 << 20;

    private readonly int _lanes;
    private readonly int _pixels;
    private readonly int _tilePixels;
    private readonly int _rowStep;
    private readonly int[] _copyStart;
    private CopyRun[][]? _moves;

    public Im2colTiles(Conv2d layer, TensorShape input, TensorShape output, int lanes, int maxVectors)
        : base(layer, input, output)
    {
        _lanes = lanes;
        _pixels = output.Height * output.Width;
        int vectors = checked((int)((((long)_pixels * lanes) + TSimd.Width - 1) / TSimd.Width));
        int largest = Math.Min(maxVectors, TileKernels<TSimd, TVector>.Largest);
        TileCount = (vectors + largest - 1) / largest;
        Vectors = TileKernels<TSimd, TVector>.Fit((vectors + TileCount - 1) / TileCount);
        _tilePixels = Vectors * TSimd.Width / lanes;
        TileCount = (_pixels + _tilePixels - 1) / _tilePixels;

        int rowsOfWholeVectors = 1;
        while ((long)rowsOfWholeVectors * output.Width * lanes % TSimd.Width != 0)
        {
            rowsOfWholeVectors++;
        }

        _rowStep = layer.Stride * rowsOfWholeVectors;
        _copyStart = new int[Math.Min(layer.KernelHeight, _rowStep)];
        for (int u = 0; u < _copyStart.Length; u++)
        {
            _copyStart[u] = ChannelLength;
            ChannelLength = checked(ChannelLength + (layer.KernelWidth * CopyLength(u)));
        }

        foreach (CopyRun move in MovesOf(tile: 0))
        {
            PackCycles += 4 + (move.Count / (double)(lanes == 1 && layer.Stride > 1 ? 1 : TSimd.Width) * 1.5);
        }
    }

    public override int TileCount { get; }

    public override int Vectors { get; }

    public override int ChannelLength { get; }

    public override double PackCycles { get; }

    public override void Choose()
    {
        if (TileCount * CountMostMovesOfTile() <= MaxKeptMoves)
        {
            _moves = [.. Enumerable.Range(0, TileCount).Select(tile => MovesOf(tile).ToArray())];
        }
    }

    public override int TapOffset(int u, int v)
    {
        int copy = u % _rowStep;
        return _copyStart[copy] + (v * CopyLength(copy)) + ((u - copy) / Layer.Stride * Output.Width * _lanes);
    }

    public override (nint Run1, nint Run2, nint Run3) Runs => TileKernels<TSimd, TVector>.ContiguousRuns;

    public override void Prepare(float* packed, int length) => Runs<TSimd, TVector>.Clear(packed, length);

    public override void Pack(float* map, int tile, int[] channels, float* packed)
    {
        CopyRun[] moves = _moves?[tile] ?? [.. MovesOf(tile)];
        int sourceStep = _lanes == 1 ? Layer.Stride : 1;
        foreach (int index in channels)
        {
            float* channel = map + ((long)index * Input.Height * Input.Width * _lanes);
            foreach (ref readonly CopyRun move in moves.AsSpan())
            {
                if (sourceStep == 1)
                {
                    Runs<TSimd, TVector>.CopyExactly(channel + move.Source, packed + move.Target, move.Count);
                }
                else
                {
                    float* source = channel + move.Source, target = packed + move.Target;
                    for (int i = 0; i < move.Count; i++, source += sourceStep)
                    {
                        target[i] = *source;
                    }
                }
            }

            packed += ChannelLength;
        }
    }

    public override void Unpack(float* values, int tile, float* channel, float* residual, float floor)
    {
        int pixel = tile * _tilePixels;
        int offset = pixel * _lanes;
        Runs<TSimd, TVector>.Finish(
            values, residual == null ? null : residual + offset, floor, channel + offset, Math.Min(_tilePixels, _pixels - pixel) * _lanes);
    }

    public override void Gather(float* channel, int tile, float* values)
    {
        int pixel = tile * _tilePixels, length = Vectors * TSimd.Width, count = Math.Min(_tilePixels, _pixels - pixel) * _lanes;
        Runs<TSimd, TVector>.CopyExactly(channel + (pixel * _lanes), values, count);
        new Span<float>(values + count, length - count).Clear();
    }

    /// <summary>The length of one copy in floats: the tile, and the rows below it that lower taps read.</summary>
    private int CopyLength(int u) =>
        (Vectors * TSimd.Width) + ((Layer.KernelHeight - 1 - u) / _rowStep * _rowStep / Layer.Stride * Output.Width * _lanes);

    /// <summary>
    /// An upper bound of the number of moves of a tile: one for each row that it touches, or one for each pixel where neighbours are not
    /// copied together.
    /// </summary>
    private long CountMostMovesOfTile()
    {
        bool copiesRows = Layer.Stride == 1 || _lanes == 1;
        long moves = 1; // A tile without moves takes memory too.
        for (int u = 0; u < _copyStart.Length; u++)
        {
            long pixels = CopyLength(u) / _lanes;
            moves += Layer.KernelWidth * (copiesRows ? (pixels / Output.Width) + 2 : pixels);
        }

        return moves;
    }

    /// <summary>The runs of inputs inside the map that are copied for one channel; all other packed values are 0.</summary>
    private IEnumerable<CopyRun> MovesOf(int tile)
    {
        int stride = Layer.Stride;
        for (int u = 0; u < _copyStart.Length; u++)
        {
            for (int v = 0; v < Layer.KernelWidth; v++)
            {
                int target = _copyStart[u] + (v * CopyLength(u));
                int pixel = tile * _tilePixels;
                int left = Math.Min(CopyLength(u) / _lanes, _pixels - pixel + ((CopyLength(u) - (Vectors * TSimd.Width)) / _lanes));
                while (left > 0)
                {
                    int row = pixel / Output.Width, column = pixel % Output.Width;
                    int count = Math.Min(left, Output.Width - column);
                    int y = (row * stride) + u - Layer.Padding.Top, x = (column * stride) + v - Layer.Padding.Left;

                    // Pixels [before, until) of the run lie inside the map.
                    int before = Math.Min(count, x >= 0 ? 0 : (-x + stride - 1) / stride);
                    int until = Math.Clamp((Input.Width - x + stride - 1) / stride, before, count);
                    if (y >= 0 && y < Input.Height && until > before)
                    {
                        int source = (y * Input.Width) + x + (before * stride);
                        if (stride == 1 || _lanes == 1)
                        {
                            yield return new CopyRun(source * _lanes, target + (before * _lanes), (until - before) * _lanes);
                        }
                        else
                        {
                            for (int i = 0; i < until - before; i++)
                            {
                                yield return new CopyRun((source + (i * stride)) * _lanes, target + ((before + i) * _lanes), _lanes);
                            }
                        }
                    }

                    pixel += count;
                    target += count * _lanes;
                    left -= count;
                }
            }
        }
    }

    /// <summary>A run of floats to copy from a channel of the map to its packed inputs.</summary>
    private readonly record struct CopyRun(int Source, int Target, int Count);
}
