namespace Microsoft.ML.Snip.Kernels;

/// <summary>
/// The sources of the register-blocked kernels. A kernel keeps its sums in registers only if each sum is a local variable, so there is one
/// method for each number of sums. They differ in nothing else and are written here from one description.
/// </summary>
public static class KernelSources
{
    /// <summary>Each file of Microsoft.ML.Snip/Sparse/Kernels that is generated, with its text.</summary>
    public static IEnumerable<(string Name, string Text)> All =>
    [
        // As many weights at a time as give eight sums: multiply-add takes four cycles and two can start in each.
        ("Tile1.cs", new TileKernelSource(vectors: 1, weights: 8).Write()),
        ("Tile2.cs", new TileKernelSource(vectors: 2, weights: 4).Write()),
        ("Tile4.cs", new TileKernelSource(vectors: 4, weights: 2).Write()),
        ("Tile8.cs", new TileKernelSource(vectors: 8, weights: 1).Write()),
        ("Tile12.cs", new TileKernelSource(vectors: 12, weights: 1).Write()),
        ("Tile16.cs", new TileKernelSource(vectors: 16, weights: 1).Write()),

        // As many taps at a time as leave registers for the tile itself.
        ("WeightGradient1.cs", new WeightGradientKernelSource(vectors: 1, taps: 8).Write()),
        ("WeightGradient2.cs", new WeightGradientKernelSource(vectors: 2, taps: 4).Write()),
        ("WeightGradient4.cs", new WeightGradientKernelSource(vectors: 4, taps: 4).Write()),
        ("WeightGradient8.cs", new WeightGradientKernelSource(vectors: 8, taps: 4).Write()),
        ("WeightGradient12.cs", new WeightGradientKernelSource(vectors: 12, taps: 4).Write()),
        ("WeightGradient16.cs", new WeightGradientKernelSource(vectors: 16, taps: 4).Write()),

        // Four outputs by two or four vectors are 8 or 16 sums: for 16 or 32 registers.
        ("FourRows2.cs", new FourRowsKernelSource(vectors: 2, registers: 16).Write()),
        ("FourRows4.cs", new FourRowsKernelSource(vectors: 4, registers: 32).Write()),
    ];
}
