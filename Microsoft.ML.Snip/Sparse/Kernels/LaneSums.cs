using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>Vectors whose lanes are added up to one number each, many together: that costs a few instructions a vector.</summary>
internal static unsafe class LaneSums<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>The number of vectors that are added up together: a multiple of every vector's width.</summary>
    public const int Count = 32;

    /// <summary>The largest number of vectors that are stored beyond <see cref="Count"/> before they are added up.</summary>
    private const int Surplus = 8;

    private const int Alignment = 64;

    /// <summary>The number of floats to allocate for the vectors, with room to align them.</summary>
    public static int MemoryLength => ((Count + Surplus) * TSimd.Width) + (Alignment / sizeof(float));

    /// <summary>The first aligned place in the memory.</summary>
    public static float* Align(float* memory) => (float*)(((nint)memory + Alignment - 1) & ~(nint)(Alignment - 1));

    /// <summary>Adds the sums of the first <see cref="Count"/> vectors to the results, and moves the vectors behind them to the
    /// front.</summary>
    /// <param name="vectors">The vectors.</param>
    /// <param name="end">Where the vectors end.</param>
    /// <param name="results">Receives one number a vector.</param>
    public static void AddFull(float* vectors, float* end, float* results)
    {
        Add(vectors, Count, results);
        float* rest = vectors + (Count * TSimd.Width);
        for (float* target = vectors; rest < end; rest += TSimd.Width, target += TSimd.Width)
        {
            TSimd.Store(TSimd.Load(rest), target);
        }
    }

    /// <summary>Adds the sums of all vectors to the results; adds 0 to up to a vector of results behind them.</summary>
    public static void AddRest(float* vectors, float* end, float* results)
    {
        int width = TSimd.Width, count = (int)((end - vectors) / width), rounded = (count + width - 1) / width * width;
        for (float* last = vectors + ((long)rounded * width); end < last; end += width)
        {
            TSimd.Store(TSimd.Zero, end);
        }

        Add(vectors, rounded, results);
    }

    private static void Add(float* vectors, int count, float* results)
    {
        int width = TSimd.Width;
        for (int first = 0; first < count; first += width)
        {
            TSimd.Store(TSimd.Add(TSimd.Load(results + first), TSimd.SumEach(vectors + (first * width))), results + first);
        }
    }
}
