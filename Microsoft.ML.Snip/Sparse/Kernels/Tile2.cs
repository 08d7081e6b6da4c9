using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>
/// Tiles of two vectors: with 4 weights at a time, each into sums of its own, because sums of one weight alone would wait for one another;
/// see <see cref="TileArguments"/> for the formula.
/// </summary>
internal static unsafe class Tile2<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(TileArguments* arguments)
    {
        int step = TSimd.Width;
        byte* source = arguments->Source;
        nint elementBytes = arguments->ElementBytes;
        Tap* tap = arguments->Taps;
        Row* lastRow = arguments->Rows + arguments->RowCount;
        TVector floor = TSimd.Broadcast(arguments->Floor);
        for (Row* row = arguments->Rows; row < lastRow; row++)
        {
            float* destination = arguments->Destination + (row->Output * arguments->DestinationStride);
            TVector sum0a, sum0b;
            if (arguments->Bias == null)
            {
                sum0a = TSimd.Load(destination);
                sum0b = TSimd.Load(destination + step);
            }
            else
            {
                sum0a = sum0b = TSimd.Broadcast(arguments->Bias[row->Output]);
            }

            TVector sum1a = TSimd.Zero, sum1b = TSimd.Zero;
            TVector sum2a = TSimd.Zero, sum2b = TSimd.Zero;
            TVector sum3a = TSimd.Zero, sum3b = TSimd.Zero;
            Tap* lastFull = tap + (row->TapCount & ~3);
            Tap* last = tap + row->TapCount;
            for (; tap < lastFull; tap += 4)
            {
                float* x0 = (float*)(source + (tap->Element * elementBytes));
                TVector weight0 = TSimd.Broadcast(tap->Weight);
                sum0a = TSimd.MultiplyAdd(weight0, TSimd.Load(x0), sum0a);
                sum0b = TSimd.MultiplyAdd(weight0, TSimd.Load(x0 + step), sum0b);
                float* x1 = (float*)(source + (tap[1].Element * elementBytes));
                TVector weight1 = TSimd.Broadcast(tap[1].Weight);
                sum1a = TSimd.MultiplyAdd(weight1, TSimd.Load(x1), sum1a);
                sum1b = TSimd.MultiplyAdd(weight1, TSimd.Load(x1 + step), sum1b);
                float* x2 = (float*)(source + (tap[2].Element * elementBytes));
                TVector weight2 = TSimd.Broadcast(tap[2].Weight);
                sum2a = TSimd.MultiplyAdd(weight2, TSimd.Load(x2), sum2a);
                sum2b = TSimd.MultiplyAdd(weight2, TSimd.Load(x2 + step), sum2b);
                float* x3 = (float*)(source + (tap[3].Element * elementBytes));
                TVector weight3 = TSimd.Broadcast(tap[3].Weight);
                sum3a = TSimd.MultiplyAdd(weight3, TSimd.Load(x3), sum3a);
                sum3b = TSimd.MultiplyAdd(weight3, TSimd.Load(x3 + step), sum3b);
            }

            for (; tap < last; tap++)
            {
                float* x = (float*)(source + (tap->Element * elementBytes));
                TVector weight = TSimd.Broadcast(tap->Weight);
                sum0a = TSimd.MultiplyAdd(weight, TSimd.Load(x), sum0a);
                sum0b = TSimd.MultiplyAdd(weight, TSimd.Load(x + step), sum0b);
            }

            sum0a = TSimd.Add(sum0a, sum2a);
            sum0b = TSimd.Add(sum0b, sum2b);
            sum1a = TSimd.Add(sum1a, sum3a);
            sum1b = TSimd.Add(sum1b, sum3b);
            sum0a = TSimd.Add(sum0a, sum1a);
            sum0b = TSimd.Add(sum0b, sum1b);
            TSimd.Store(TSimd.Max(floor, sum0a), destination);
            TSimd.Store(TSimd.Max(floor, sum0b), destination + step);
        }
    }
}
