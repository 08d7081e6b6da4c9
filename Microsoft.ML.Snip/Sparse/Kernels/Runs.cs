using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Kernels;

/// <summary>Copying, clearing and finishing of runs of floats.</summary>
internal static unsafe class Runs<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>y[i] = x[i].</summary>
    public static void Copy(float* source, float* destination, int count)
    {
        int i = 0;
        for (; i <= count - TSimd.Width; i += TSimd.Width)
        {
            TSimd.Store(TSimd.Load(source + i), destination + i);
        }

        for (; i < count; i++)
        {
            destination[i] = source[i];
        }
    }

    /// <summary>y[i] = 0.</summary>
    public static void Clear(float* destination, int count)
    {
        int i = 0;
        for (; i <= count - TSimd.Width; i += TSimd.Width)
        {
            TSimd.Store(TSimd.Zero, destination + i);
        }

        for (; i < count; i++)
        {
            destination[i] = 0;
        }
    }

    /// <summary>y[i] = max(floor, x[i] + residual[i]), without a residual when that is null.</summary>
    public static void Finish(float* source, float* residual, float floor, float* destination, int count)
    {
        int i = 0;
        TVector floors = TSimd.Broadcast(floor);
        if (residual == null)
        {
            for (; i <= count - TSimd.Width; i += TSimd.Width)
            {
                TSimd.Store(TSimd.Max(floors, TSimd.Load(source + i)), destination + i);
            }

            for (; i < count; i++)
            {
                destination[i] = MathF.Max(floor, source[i]);
            }
        }
        else
        {
            for (; i <= count - TSimd.Width; i += TSimd.Width)
            {
                TSimd.Store(TSimd.Max(floors, TSimd.Add(TSimd.Load(source + i), TSimd.Load(residual + i))), destination + i);
            }

            for (; i < count; i++)
            {
                destination[i] = MathF.Max(floor, source[i] + residual[i]);
            }
        }
    }
}
