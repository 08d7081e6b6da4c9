using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>
/// Tiles of 8 vectors: 2 runs of four, so that each weight is broadcast once for 8 multiplications; see <see cref="TileArguments"/> for the
/// formula.
/// </summary>
internal static unsafe class Tile8<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(TileArguments* arguments)
    {
        int step = TSimd.Width;
        byte* source = arguments->Source;
        nint elementBytes = arguments->ElementBytes;
        nint run1 = arguments->Run1;
        Tap* tap = arguments->Taps;
        Row* lastRow = arguments->Rows + arguments->RowCount;
        TVector floor = TSimd.Broadcast(arguments->Floor);
        for (Row* row = arguments->Rows; row < lastRow; row++)
        {
            float* destination = arguments->Destination + (row->Output * arguments->DestinationStride);
            TVector sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7;
            if (arguments->Bias == null)
            {
                sum0 = TSimd.Load(destination);
                sum1 = TSimd.Load(destination + step);
                sum2 = TSimd.Load(destination + (2 * step));
                sum3 = TSimd.Load(destination + (3 * step));
                sum4 = TSimd.Load(destination + (4 * step));
                sum5 = TSimd.Load(destination + (5 * step));
                sum6 = TSimd.Load(destination + (6 * step));
                sum7 = TSimd.Load(destination + (7 * step));
            }
            else
            {
                sum0 = sum1 = sum2 = sum3 = sum4 = sum5 = sum6 = sum7 = TSimd.Broadcast(arguments->Bias[row->Output]);
            }

            for (Tap* last = tap + row->TapCount; tap < last; tap++)
            {
                byte* x = source + (tap->Element * elementBytes);
                TVector weight = TSimd.Broadcast(tap->Weight);
                sum0 = TSimd.MultiplyAdd(weight, TSimd.Load((float*)x), sum0);
                sum1 = TSimd.MultiplyAdd(weight, TSimd.Load((float*)x + step), sum1);
                sum2 = TSimd.MultiplyAdd(weight, TSimd.Load((float*)x + (2 * step)), sum2);
                sum3 = TSimd.MultiplyAdd(weight, TSimd.Load((float*)x + (3 * step)), sum3);
                sum4 = TSimd.MultiplyAdd(weight, TSimd.Load((float*)(x + run1)), sum4);
                sum5 = TSimd.MultiplyAdd(weight, TSimd.Load((float*)(x + run1) + step), sum5);
                sum6 = TSimd.MultiplyAdd(weight, TSimd.Load((float*)(x + run1) + (2 * step)), sum6);
                sum7 = TSimd.MultiplyAdd(weight, TSimd.Load((float*)(x + run1) + (3 * step)), sum7);
            }

            TSimd.Store(TSimd.Max(floor, sum0), destination);
            TSimd.Store(TSimd.Max(floor, sum1), destination + step);
            TSimd.Store(TSimd.Max(floor, sum2), destination + (2 * step));
            TSimd.Store(TSimd.Max(floor, sum3), destination + (3 * step));
            TSimd.Store(TSimd.Max(floor, sum4), destination + (4 * step));
            TSimd.Store(TSimd.Max(floor, sum5), destination + (5 * step));
            TSimd.Store(TSimd.Max(floor, sum6), destination + (6 * step));
            TSimd.Store(TSimd.Max(floor, sum7), destination + (7 * step));
        }
    }
}
