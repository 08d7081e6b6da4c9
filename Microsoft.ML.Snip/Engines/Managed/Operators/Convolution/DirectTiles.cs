using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;

/// <summary>
/// Tiles for vectors whose lanes are images: a vector holds the same pixel of several images. A tile is a rectangle of output pixels, up to
/// four runs of four. Its packed input is the window of pixels that the tile reads, so that all taps of a channel share one copy. With
/// stride s, the window is stored as s x s windows, one for each remainder of row and column modulo s, so that the inputs of neighbouring
/// outputs are neighbours.
/// </summary>
internal sealed unsafe class DirectTiles<TSimd, TVector> : TileGeometry
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int RunLength = 4;

    private readonly int _rows;
    private readonly int _columns;
    private readonly int _tilesAcross;
    private readonly int _tilesDown;
    private readonly int _windowRows;
    private readonly int _windowColumns;
    private readonly int _rowPhases;
    private readonly int _columnPhases;

    /// <param name="layer">The convolution.</param>
    /// <param name="input">Its input's shape.</param>
    /// <param name="output">Its output's shape.</param>
    /// <param name="rows">The number of rows of output pixels in a tile; at most the output's height.</param>
    /// <param name="runs">The number of runs of four output pixels in a row of a tile; together at most the output's width.</param>
    public DirectTiles(Conv2d layer, TensorShape input, TensorShape output, int rows, int runs)
        : base(layer, input, output)
    {
        _rows = rows;
        _columns = runs * RunLength;
        _tilesDown = (output.Height + rows - 1) / rows;
        _tilesAcross = (output.Width + _columns - 1) / _columns;
        _windowRows = rows + ((layer.KernelHeight - 1) / layer.Stride);
        _windowColumns = _columns + ((layer.KernelWidth - 1) / layer.Stride);
        _rowPhases = Math.Min(layer.Stride, layer.KernelHeight);
        _columnPhases = Math.Min(layer.Stride, layer.KernelWidth);
    }

    public override int TileCount => _tilesDown * _tilesAcross;

    public override int Vectors => _rows * _columns;

    public override int ChannelLength => _rowPhases * _columnPhases * _windowRows * _windowColumns * TSimd.Width;

    public override double PackCycles => 1.2 * _rowPhases * _columnPhases * _windowRows * _windowColumns;

    /// <summary>The tile shapes that fit an output, the largest tiles first.</summary>
    public static IEnumerable<(int Rows, int Runs)> Shapes(TensorShape output, int maxVectors)
    {
        int max = Math.Min(maxVectors, TileKernels<TSimd, TVector>.Largest) / RunLength;
        for (int vectors = max; vectors >= 1; vectors--)
        {
            for (int runs = 1; runs <= vectors; runs++)
            {
                int rows = vectors / runs;
                if (rows * runs == vectors && rows <= output.Height && runs * RunLength <= output.Width)
                {
                    yield return (rows, runs);
                }
            }
        }
    }

    public override int TapOffset(int u, int v)
    {
        int stride = Layer.Stride;
        int window = ((u % stride) * _columnPhases) + (v % stride);
        return ((((window * _windowRows) + (u / stride)) * _windowColumns) + (v / stride)) * TSimd.Width;
    }

    public override KernelRows RowsThatMeet(int tile)
    {
        (int row, _) = Corner(tile);
        int first = Layer.Padding.Top - ((row + _rows - 1) * Layer.Stride);
        int last = Input.Height - 1 + Layer.Padding.Top - (row * Layer.Stride);
        return new KernelRows(Math.Max(0, first), Math.Min(Layer.KernelHeight - 1, last));
    }

    public override (nint Run1, nint Run2, nint Run3) Runs => (RunOffset(1), RunOffset(2), RunOffset(3));

    /// <summary>Nothing to do: packing also writes the zeros of the padding.</summary>
    public override void Prepare(float* packed, int length)
    {
    }

    public override void Pack(float* map, int tile, int[] channels, float* packed)
    {
        (int row, int column) = Corner(tile);
        int stride = Layer.Stride;
        foreach (int index in channels)
        {
            float* channel = map + ((long)index * Input.Height * Input.Width * TSimd.Width);
            for (int rowPhase = 0; rowPhase < _rowPhases; rowPhase++)
            {
                for (int columnPhase = 0; columnPhase < _columnPhases; columnPhase++)
                {
                    int y = (row * stride) + rowPhase - Layer.Padding.Top;
                    int x = (column * stride) + columnPhase - Layer.Padding.Left;
                    for (int line = 0; line < _windowRows; line++, y += stride)
                    {
                        PackRow(channel, y, x, packed);
                        packed += _windowColumns * TSimd.Width;
                    }
                }
            }
        }
    }

    /// <remarks>What the last tiles have in common with the tiles before them is written once.</remarks>
    public override void Unpack(float* values, int tile, float* channel, float* residual, float floor)
    {
        (int row, int column) = Corner(tile);
        (int firstLine, int firstColumn) = Overlap(tile);
        int length = (_columns - firstColumn) * TSimd.Width;
        values += firstColumn * TSimd.Width;
        for (int line = firstLine; line < _rows; line++)
        {
            int offset = (((row + line) * Output.Width) + column + firstColumn) * TSimd.Width;
            Runs<TSimd, TVector>.Finish(
                values + (line * _columns * TSimd.Width), residual == null ? null : residual + offset, floor, channel + offset, length);
        }
    }

    public override void Gather(float* channel, int tile, float* values)
    {
        (int row, int column) = Corner(tile);
        (int rowsOfEarlier, int columnsOfEarlier) = Overlap(tile);
        for (int line = 0; line < _rows; line++)
        {
            float* source = channel + ((((row + line) * Output.Width) + column) * TSimd.Width);
            for (int at = 0; at < _columns; at++, source += TSimd.Width, values += TSimd.Width)
            {
                TSimd.Store(line < rowsOfEarlier || at < columnsOfEarlier ? TSimd.Zero : TSimd.Load(source), values);
            }
        }
    }

    /// <summary>
    /// The first output pixel of a tile. The last tiles overlap the tiles before them, so that they end at the map's border.
    /// </summary>
    private (int Row, int Column) Corner(int tile) => (
        Math.Min(tile / _tilesAcross * _rows, Output.Height - _rows),
        Math.Min(tile % _tilesAcross * _columns, Output.Width - _columns));

    /// <summary>The first rows and columns of a tile that belong to earlier tiles.</summary>
    private (int Rows, int Columns) Overlap(int tile)
    {
        (int row, int column) = Corner(tile);
        return ((tile / _tilesAcross * _rows) - row, (tile % _tilesAcross * _columns) - column);
    }

    private nint RunOffset(int run)
    {
        int runsOfRow = _columns / RunLength;
        return ((run / runsOfRow * _windowColumns) + (run % runsOfRow * RunLength)) * TSimd.Width * sizeof(float);
    }

    private void PackRow(float* channel, int y, int x, float* packed)
    {
        if ((uint)y >= (uint)Input.Height)
        {
            Runs<TSimd, TVector>.Clear(packed, _windowColumns * TSimd.Width);
            return;
        }

        // Columns [first, end) of the window lie inside the map.
        int stride = Layer.Stride;
        int first = Math.Clamp((stride - 1 - x) / stride, 0, _windowColumns);
        int end = x < Input.Width ? Math.Clamp((Input.Width - 1 - x + stride) / stride, first, _windowColumns) : first;
        float* source = channel + (((y * Input.Width) + x + (first * stride)) * TSimd.Width);
        float* target = packed + (first * TSimd.Width);
        for (; packed < target; packed += TSimd.Width)
        {
            TSimd.Store(TSimd.Zero, packed);
        }

        for (target += (end - first) * TSimd.Width; packed < target; packed += TSimd.Width, source += stride * TSimd.Width)
        {
            TSimd.Store(TSimd.Load(source), packed);
        }

        for (target += (_windowColumns - end) * TSimd.Width; packed < target; packed += TSimd.Width)
        {
            TSimd.Store(TSimd.Zero, packed);
        }
    }
}
