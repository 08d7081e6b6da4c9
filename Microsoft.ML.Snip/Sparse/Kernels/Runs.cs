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
