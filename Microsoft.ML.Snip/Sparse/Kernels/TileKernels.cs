using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>The tile kernels by the number of vectors in a tile.</summary>
internal static unsafe class TileKernels<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>The largest tile whose sums stay in registers.</summary>
    public static int Largest => TSimd.HasManyRegisters ? 16 : 12;

    /// <summary>The largest tile that stays in registers together with the sums of four weights' gradients.</summary>
    public static int LargestGradient => TSimd.HasManyRegisters ? 16 : 8;

    /// <summary>The smallest tile that holds this many vectors, or the largest there is.</summary>
    public static int Fit(int vectors) => vectors <= 2 ? vectors : Math.Min(Largest, (vectors + 3) & ~3);

    /// <summary>The largest tile of at most this many vectors.</summary>
    public static int FitBelow(int vectors) => vectors < 4 ? Math.Min(vectors, 2) : Math.Min(Largest, vectors & ~3);

    /// <summary>How many bytes behind run 0 of a tile its runs 1, 2 and 3 start if its vectors lie one behind the other.</summary>
    public static (nint Run1, nint Run2, nint Run3) ContiguousRuns
    {
        get
        {
            nint bytes = 4 * TSimd.Width * sizeof(float);
            return (bytes, 2 * bytes, 3 * bytes);
        }
    }

    /// <summary>Near-dense rows of a tile whose number of vectors is even, run by run.</summary>
    /// <param name="vectors">The number of vectors of the tile.</param>
    /// <param name="rows">The pattern.</param>
    /// <param name="weights">The weights of its slots.</param>
    /// <param name="arguments">The tile; its rows and weights are not used.</param>
    public static void Run(int vectors, FourRows rows, float* weights, in TileArguments arguments)
    {
        float* bias = arguments.Bias, destination = arguments.Destination;
        for (int run = 0; run < vectors; run += 4)
        {
            nint offset = (run / 4) switch { 0 => 0, 1 => arguments.Run1, 2 => arguments.Run2, _ => arguments.Run3 };
            float* source = (float*)(arguments.Source + offset);
            if (vectors >= 4 && TSimd.HasManyRegisters)
            {
                FourRows4<TSimd, TVector>.Run(rows, weights, source, destination, arguments.DestinationStride, bias);
            }
            else
            {
                FourRows2<TSimd, TVector>.Run(rows, weights, source, destination, arguments.DestinationStride, bias);
                if (vectors >= 4)
                {
                    int two = 2 * TSimd.Width;
                    FourRows2<TSimd, TVector>.Run(rows, weights, source + two, destination + two, arguments.DestinationStride, bias);
                }
            }

            destination += 4 * TSimd.Width;
        }
    }

    public static void Run(int vectors, TileArguments* arguments)
    {
        switch (vectors)
        {
            case 1:
                Tile1<TSimd, TVector>.Run(arguments);
                break;
            case 2:
                Tile2<TSimd, TVector>.Run(arguments);
                break;
            case 4:
                Tile4<TSimd, TVector>.Run(arguments);
                break;
            case 8:
                Tile8<TSimd, TVector>.Run(arguments);
                break;
            case 12:
                Tile12<TSimd, TVector>.Run(arguments);
                break;
            case 16:
                Tile16<TSimd, TVector>.Run(arguments);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(vectors), vectors, "There is no kernel for tiles of this size.");
        }
    }

    /// <summary>Adds the gradients of the weights over a tile.</summary>
    public static void AddWeightGradients(int vectors, GradientArguments* arguments)
    {
        switch (vectors)
        {
            case 1:
                WeightGradient1<TSimd, TVector>.Run(arguments);
                break;
            case 2:
                WeightGradient2<TSimd, TVector>.Run(arguments);
                break;
            case 4:
                WeightGradient4<TSimd, TVector>.Run(arguments);
                break;
            case 8:
                WeightGradient8<TSimd, TVector>.Run(arguments);
                break;
            case 12:
                WeightGradient12<TSimd, TVector>.Run(arguments);
                break;
            case 16:
                WeightGradient16<TSimd, TVector>.Run(arguments);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(vectors), vectors, "There is no kernel for tiles of this size.");
        }
    }
}
