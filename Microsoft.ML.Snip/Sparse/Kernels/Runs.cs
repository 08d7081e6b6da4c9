using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>Copying, clearing and finishing of runs of floats.</summary>
internal static unsafe class Runs<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>y[i] = x[i], in whole vectors: up to a vector less one lane is read and written behind the end.</summary>
    public static void Copy(float* source, float* destination, int count)
    {
        for (int i = 0; i < count; i += TSimd.Width)
        {
            TSimd.Store(TSimd.Load(source + i), destination + i);
        }
    }

    /// <summary>
    /// y[i] = x[i]; nothing behind the end is touched, because the last vector ends with the run, whatever it has in common with the one
    /// before.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CopyExactly(float* source, float* destination, int count)
    {
        if (count >= TSimd.Width)
        {
            int last = count - TSimd.Width;
            for (int i = 0; i < last; i += TSimd.Width)
            {
                TSimd.Store(TSimd.Load(source + i), destination + i);
            }

            TSimd.Store(TSimd.Load(source + last), destination + last);
        }
        else if (count >= 8)
        {
            Vector256<float> end = Vector256.Load(source + count - 8);
            Vector256.Load(source).Store(destination);
            end.Store(destination + count - 8);
        }
        else if (count >= 4)
        {
            Vector128<float> end = Vector128.Load(source + count - 4);
            Vector128.Load(source).Store(destination);
            end.Store(destination + count - 4);
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                destination[i] = source[i];
            }
        }
    }

    /// <summary>y[i] = 0, in whole vectors: up to a vector less one lane is written behind the end.</summary>
    public static void Clear(float* destination, int count)
    {
        for (int i = 0; i < count; i += TSimd.Width)
        {
            TSimd.Store(TSimd.Zero, destination + i);
        }
    }

    /// <summary>y[i] = max(floor, x[i] + residual[i]), without a residual when that is null; nothing behind the end is touched.</summary>
    public static void Finish(float* source, float* residual, float floor, float* destination, int count)
    {
        if (count < TSimd.Width)
        {
            for (int i = 0; i < count; i++)
            {
                float value = residual == null ? source[i] : source[i] + residual[i];
                destination[i] = value < floor ? floor : value;
            }

            return;
        }

        // The last vector ends with the run, whatever it has in common with the one before.
        TVector floors = TSimd.Broadcast(floor);
        int last = count - TSimd.Width;
        if (residual == null)
        {
            for (int i = 0; i < last; i += TSimd.Width)
            {
                TSimd.Store(TSimd.Max(floors, TSimd.Load(source + i)), destination + i);
            }

            TSimd.Store(TSimd.Max(floors, TSimd.Load(source + last)), destination + last);
        }
        else
        {
            for (int i = 0; i < last; i += TSimd.Width)
            {
                TSimd.Store(TSimd.Max(floors, TSimd.Add(TSimd.Load(source + i), TSimd.Load(residual + i))), destination + i);
            }

            TSimd.Store(TSimd.Max(floors, TSimd.Add(TSimd.Load(source + last), TSimd.Load(residual + last))), destination + last);
        }
    }
}
