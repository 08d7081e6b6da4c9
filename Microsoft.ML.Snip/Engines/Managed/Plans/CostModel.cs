namespace Microsoft.ML.Snip.Engines.Managed.Plans;

/// <summary>
/// Estimates of processor cycles, by which kernels, tiles and blocks are chosen. Measured times are not used: they would change the order
/// of sums, and with it the last digits of the results, from run to run.
/// </summary>
internal static class CostModel
{
    /// <summary>The size of packed inputs that stay in the first-level cache together with weights and sums.</summary>
    public const int FirstLevelBytes = 36 << 10;

    private const int SecondLevelBytes = 640 << 10;

    /// <summary>The cost of a row's start, end and mispredicted loop exit.</summary>
    private const double CyclesOfRow = 14;

    /// <summary>The cost of a multiply-add of one vector whose input is read from memory of the given size.</summary>
    public static double MultiplyAdd(long bytes) => bytes <= FirstLevelBytes ? 0.7 : bytes <= SecondLevelBytes ? 1.2 : 2.4;

    /// <summary>The cost of sums over the taps of four outputs together, for tiles of the given number of vectors.</summary>
    public static double FourRows(long taps, int vectors) => ((taps * 2.3) + CyclesOfRow) * vectors;

    /// <summary>
    /// The cost of sums over taps for tiles of the given number of vectors; each weight is read and broadcast once per tile.
    /// </summary>
    /// <param name="taps">The number of kept weights.</param>
    /// <param name="rows">The number of rows with kept weights.</param>
    /// <param name="vectors">The number of vectors in a tile.</param>
    /// <param name="bytes">The size of the input that the tile reads, in bytes.</param>
    public static double Tile(long taps, long rows, int vectors, long bytes) =>
        (taps * (1.2 + (vectors * MultiplyAdd(bytes)))) + (rows * (CyclesOfRow + (2 * vectors)));
}
