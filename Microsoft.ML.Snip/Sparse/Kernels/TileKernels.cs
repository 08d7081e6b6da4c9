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

    /// <summary>The smallest tile that holds this many vectors, or the largest there is.</summary>
    public static int Fit(int vectors) => vectors <= 2 ? vectors : Math.Min(Largest, (vectors + 3) & ~3);

    /// <summary>The largest tile of at most this many vectors.</summary>
    public static int FitBelow(int vectors) => vectors < 4 ? Math.Min(vectors, 2) : Math.Min(Largest, vectors & ~3);

    /// <summary>Sets the runs of a tile whose vectors lie one behind the other.</summary>
    public static void SetContiguous(ref TileArguments arguments)
    {
        int bytes = 4 * TSimd.Width * sizeof(float);
        (arguments.Run1, arguments.Run2, arguments.Run3) = (bytes, 2 * bytes, 3 * bytes);
    }

    /// <summary>Near-dense rows of a tile whose number of vectors is even, run by run.</summary>
    public static void Run(int vectors, FourRows rows, in TileArguments arguments)
    {
        float* bias = arguments.Bias, destination = arguments.Destination;
        for (int run = 0; run < vectors; run += 4)
        {
            nint offset = (run / 4) switch { 0 => 0, 1 => arguments.Run1, 2 => arguments.Run2, _ => arguments.Run3 };
            float* source = (float*)(arguments.Source + offset);
            if (vectors >= 4 && TSimd.HasManyRegisters)
            {
                FourRows4<TSimd, TVector>.Run(rows, source, destination, arguments.DestinationStride, bias);
            }
            else
            {
                FourRows2<TSimd, TVector>.Run(rows, source, destination, arguments.DestinationStride, bias);
                if (vectors >= 4)
                {
                    int two = 2 * TSimd.Width;
                    FourRows2<TSimd, TVector>.Run(rows, source + two, destination + two, arguments.DestinationStride, bias);
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
}
