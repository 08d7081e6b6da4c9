namespace Microsoft.ML.Snip.Engines.Managed.Plans;

/// <summary>
/// About how many processor cycles a piece of work takes: what kernels, tiles and blocks are chosen by. A model rather than a clock,
/// because a choice by timing would change the order of sums, and with it the last digits, from run to run.
/// </summary>
internal static class CostModel
{
    /// <summary>Bytes of packed inputs that stay in the first-level cache beside weights and sums.</summary>
    public const int FirstLevelBytes = 36 << 10;

    private const int SecondLevelBytes = 640 << 10;

    /// <summary>A row's start, end and mispredicted loop exit.</summary>
    private const double CyclesOfRow = 14;

    /// <summary>A multiply-add of one vector whose input is read from memory of the given size.</summary>
    public static double MultiplyAdd(long bytes) => bytes <= FirstLevelBytes ? 0.7 : bytes <= SecondLevelBytes ? 1.2 : 2.4;

    /// <summary>Sums over taps of four outputs together, for tiles of the given number of vectors.</summary>
    public static double FourRows(long taps, int vectors) => ((taps * 2.3) + CyclesOfRow) * vectors;

    /// <summary>Sums over taps for tiles of the given number of vectors, each weight read and broadcast once a tile.</summary>
    /// <param name="taps">Kept weights.</param>
    /// <param name="rows">Rows that have any.</param>
    /// <param name="vectors">Vectors of a tile.</param>
    /// <param name="bytes">Bytes of input that the tile reads from.</param>
    public static double Tile(long taps, long rows, int vectors, long bytes) =>
        (taps * (1.2 + (vectors * MultiplyAdd(bytes)))) + (rows * (CyclesOfRow + (2 * vectors)));
}
