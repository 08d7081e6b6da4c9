using Microsoft.ML.Snip.Sparse.Layouts;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>
/// What a tile kernel computes: for each row r of <see cref="Rows"/> and each lane p of the tile,
/// y[r, p] = max(floor, start[r, p] + sum over the row's taps t of weight(t) * x[element(t), p]),
/// where start is the row's bias, or what y held before when there is no <see cref="Bias"/>. A tile is up to four runs of four vectors; run
/// 0 of x[e] starts at source + e * element bytes, run i at <c>Run_i</c> bytes after it. The runs of y lie one behind the other.
/// </summary>
internal unsafe struct TileArguments
{
    public byte* Source;

    /// <summary>Bytes from one element of the source to the next.</summary>
    public nint ElementBytes;

    public nint Run1;
    public nint Run2;
    public nint Run3;
    public RowTaps* Rows;
    public int RowCount;

    /// <summary>The place of each tap's value in the source; a row's taps start at its first tap.</summary>
    public int* Elements;

    /// <summary>Each tap's weight.</summary>
    public float* Weights;

    /// <summary>One number an output, or null to go on from what the destination holds.</summary>
    public float* Bias;

    public float* Destination;

    /// <summary>Floats from one output's tile to the next one's.</summary>
    public nint DestinationStride;

    /// <summary>0 for a rectifier, negative infinity for none.</summary>
    public float Floor;
}
