using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>
/// Tiles of one vector: with 8 weights at a time, each into sums of its own, because sums of one weight alone would wait for one another;
/// see <see cref="TileArguments"/> for the formula.
/// </summary>
internal static unsafe class Tile1<TSimd, TVector>
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
            TVector sum0;
            if (arguments->Bias == null)
            {
                sum0 = TSimd.Load(destination);
            }
            else
            {
                sum0 = TSimd.Broadcast(arguments->Bias[row->Output]);
            }

            TVector sum1 = TSimd.Zero;
            TVector sum2 = TSimd.Zero;
            TVector sum3 = TSimd.Zero;
            TVector sum4 = TSimd.Zero;
            TVector sum5 = TSimd.Zero;
            TVector sum6 = TSimd.Zero;
            TVector sum7 = TSimd.Zero;
            Tap* lastFull = tap + (row->TapCount & ~7);
            Tap* last = tap + row->TapCount;
            for (; tap < lastFull; tap += 8)
            {
                float* x0 = (float*)(source + (tap->Element * elementBytes));
                TVector weight0 = TSimd.Broadcast(tap->Weight);
                sum0 = TSimd.MultiplyAdd(weight0, TSimd.Load(x0), sum0);
                float* x1 = (float*)(source + (tap[1].Element * elementBytes));
                TVector weight1 = TSimd.Broadcast(tap[1].Weight);
                sum1 = TSimd.MultiplyAdd(weight1, TSimd.Load(x1), sum1);
                float* x2 = (float*)(source + (tap[2].Element * elementBytes));
                TVector weight2 = TSimd.Broadcast(tap[2].Weight);
                sum2 = TSimd.MultiplyAdd(weight2, TSimd.Load(x2), sum2);
                float* x3 = (float*)(source + (tap[3].Element * elementBytes));
                TVector weight3 = TSimd.Broadcast(tap[3].Weight);
                sum3 = TSimd.MultiplyAdd(weight3, TSimd.Load(x3), sum3);
                float* x4 = (float*)(source + (tap[4].Element * elementBytes));
                TVector weight4 = TSimd.Broadcast(tap[4].Weight);
                sum4 = TSimd.MultiplyAdd(weight4, TSimd.Load(x4), sum4);
                float* x5 = (float*)(source + (tap[5].Element * elementBytes));
                TVector weight5 = TSimd.Broadcast(tap[5].Weight);
                sum5 = TSimd.MultiplyAdd(weight5, TSimd.Load(x5), sum5);
                float* x6 = (float*)(source + (tap[6].Element * elementBytes));
                TVector weight6 = TSimd.Broadcast(tap[6].Weight);
                sum6 = TSimd.MultiplyAdd(weight6, TSimd.Load(x6), sum6);
                float* x7 = (float*)(source + (tap[7].Element * elementBytes));
                TVector weight7 = TSimd.Broadcast(tap[7].Weight);
                sum7 = TSimd.MultiplyAdd(weight7, TSimd.Load(x7), sum7);
            }

            for (; tap < last; tap++)
            {
                float* x = (float*)(source + (tap->Element * elementBytes));
                TVector weight = TSimd.Broadcast(tap->Weight);
                sum0 = TSimd.MultiplyAdd(weight, TSimd.Load(x), sum0);
            }

            sum0 = TSimd.Add(sum0, sum4);
            sum1 = TSimd.Add(sum1, sum5);
            sum2 = TSimd.Add(sum2, sum6);
            sum3 = TSimd.Add(sum3, sum7);
            sum0 = TSimd.Add(sum0, sum2);
            sum1 = TSimd.Add(sum1, sum3);
            sum0 = TSimd.Add(sum0, sum1);
            TSimd.Store(TSimd.Max(floor, sum0), destination);
        }
    }
}
