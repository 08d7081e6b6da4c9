using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>
/// Near-dense rows, four outputs by two vectors at a time, so that each input that is loaded is multiplied four times; see
/// <see cref="FourRows"/> for the formula. For machines with 16 registers.
/// </summary>
internal static unsafe class FourRows2<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run(FourRows rows, float* source, float* destination, nint destinationStride, float* bias)
    {
        int step = TSimd.Width;
        FourTaps* tap = rows.Taps.Pointer;
        FourOutputs* last = rows.Outputs.Pointer + rows.Outputs.Length;
        for (FourOutputs* outputs = rows.Outputs.Pointer; outputs < last; outputs++)
        {
            float* y0 = destination + (outputs->Output0 * destinationStride);
            float* y1 = destination + (outputs->Output1 * destinationStride);
            float* y2 = destination + (outputs->Output2 * destinationStride);
            float* y3 = destination + (outputs->Output3 * destinationStride);
            TVector sum0a, sum0b;
            TVector sum1a, sum1b;
            TVector sum2a, sum2b;
            TVector sum3a, sum3b;
            if (bias == null)
            {
                sum0a = TSimd.Load(y0);
                sum0b = TSimd.Load(y0 + step);
                sum1a = TSimd.Load(y1);
                sum1b = TSimd.Load(y1 + step);
                sum2a = TSimd.Load(y2);
                sum2b = TSimd.Load(y2 + step);
                sum3a = TSimd.Load(y3);
                sum3b = TSimd.Load(y3 + step);
            }
            else
            {
                sum0a = sum0b = TSimd.Broadcast(bias[outputs->Output0]);
                sum1a = sum1b = TSimd.Broadcast(bias[outputs->Output1]);
                sum2a = sum2b = TSimd.Broadcast(bias[outputs->Output2]);
                sum3a = sum3b = TSimd.Broadcast(bias[outputs->Output3]);
            }

            for (FourTaps* end = tap + outputs->TapCount; tap < end; tap++)
            {
                float* x = source + tap->Element;
                TVector xa = TSimd.Load(x);
                TVector xb = TSimd.Load(x + step);
                TVector weight0 = TSimd.Broadcast(tap->Weight0);
                sum0a = TSimd.MultiplyAdd(weight0, xa, sum0a);
                sum0b = TSimd.MultiplyAdd(weight0, xb, sum0b);
                TVector weight1 = TSimd.Broadcast(tap->Weight1);
                sum1a = TSimd.MultiplyAdd(weight1, xa, sum1a);
                sum1b = TSimd.MultiplyAdd(weight1, xb, sum1b);
                TVector weight2 = TSimd.Broadcast(tap->Weight2);
                sum2a = TSimd.MultiplyAdd(weight2, xa, sum2a);
                sum2b = TSimd.MultiplyAdd(weight2, xb, sum2b);
                TVector weight3 = TSimd.Broadcast(tap->Weight3);
                sum3a = TSimd.MultiplyAdd(weight3, xa, sum3a);
                sum3b = TSimd.MultiplyAdd(weight3, xb, sum3b);
            }

            TSimd.Store(sum0a, y0);
            TSimd.Store(sum0b, y0 + step);
            TSimd.Store(sum1a, y1);
            TSimd.Store(sum1b, y1 + step);
            TSimd.Store(sum2a, y2);
            TSimd.Store(sum2b, y2 + step);
            TSimd.Store(sum3a, y3);
            TSimd.Store(sum3b, y3 + step);
        }
    }
}
