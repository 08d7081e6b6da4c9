using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>
/// Tiles of 4 vectors: with 2 weights at a time, each into sums of its own, because sums of one weight alone would wait for one another;
/// see <see cref="TileArguments"/> for the formula.
/// </summary>
internal static unsafe class Tile4<TSimd, TVector>
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
            TVector sum0a, sum0b, sum0c, sum0d;
            if (arguments->Bias == null)
            {
                sum0a = TSimd.Load(destination);
                sum0b = TSimd.Load(destination + step);
                sum0c = TSimd.Load(destination + (2 * step));
                sum0d = TSimd.Load(destination + (3 * step));
            }
            else
            {
                sum0a = sum0b = sum0c = sum0d = TSimd.Broadcast(arguments->Bias[row->Output]);
            }

            TVector sum1a = TSimd.Zero, sum1b = TSimd.Zero, sum1c = TSimd.Zero, sum1d = TSimd.Zero;
            Tap* lastFull = tap + (row->TapCount & ~1);
            Tap* last = tap + row->TapCount;
            for (; tap < lastFull; tap += 2)
            {
                float* x0 = (float*)(source + (tap->Element * elementBytes));
                TVector weight0 = TSimd.Broadcast(tap->Weight);
                sum0a = TSimd.MultiplyAdd(weight0, TSimd.Load(x0), sum0a);
                sum0b = TSimd.MultiplyAdd(weight0, TSimd.Load(x0 + step), sum0b);
                sum0c = TSimd.MultiplyAdd(weight0, TSimd.Load(x0 + (2 * step)), sum0c);
                sum0d = TSimd.MultiplyAdd(weight0, TSimd.Load(x0 + (3 * step)), sum0d);
                float* x1 = (float*)(source + (tap[1].Element * elementBytes));
                TVector weight1 = TSimd.Broadcast(tap[1].Weight);
                sum1a = TSimd.MultiplyAdd(weight1, TSimd.Load(x1), sum1a);
                sum1b = TSimd.MultiplyAdd(weight1, TSimd.Load(x1 + step), sum1b);
                sum1c = TSimd.MultiplyAdd(weight1, TSimd.Load(x1 + (2 * step)), sum1c);
                sum1d = TSimd.MultiplyAdd(weight1, TSimd.Load(x1 + (3 * step)), sum1d);
            }

            for (; tap < last; tap++)
            {
                float* x = (float*)(source + (tap->Element * elementBytes));
                TVector weight = TSimd.Broadcast(tap->Weight);
                sum0a = TSimd.MultiplyAdd(weight, TSimd.Load(x), sum0a);
                sum0b = TSimd.MultiplyAdd(weight, TSimd.Load(x + step), sum0b);
                sum0c = TSimd.MultiplyAdd(weight, TSimd.Load(x + (2 * step)), sum0c);
                sum0d = TSimd.MultiplyAdd(weight, TSimd.Load(x + (3 * step)), sum0d);
            }

            sum0a = TSimd.Add(sum0a, sum1a);
            sum0b = TSimd.Add(sum0b, sum1b);
            sum0c = TSimd.Add(sum0c, sum1c);
            sum0d = TSimd.Add(sum0d, sum1d);
            TSimd.Store(TSimd.Max(floor, sum0a), destination);
            TSimd.Store(TSimd.Max(floor, sum0b), destination + step);
            TSimd.Store(TSimd.Max(floor, sum0c), destination + (2 * step));
            TSimd.Store(TSimd.Max(floor, sum0d), destination + (3 * step));
        }
    }
}
