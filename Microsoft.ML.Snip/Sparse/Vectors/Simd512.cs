using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Microsoft.ML.Snip.Sparse.Vectors;

/// <summary>Vectors of 16 floats.</summary>
internal readonly unsafe struct Simd512 : ISimd<Vector512<float>>
{
    public static int Width => 16;

    public static bool HasManyRegisters => true;

    public static Vector512<float> Zero => Vector512<float>.Zero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<float> vector, float* destination) => vector.Store(destination);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => left + right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Subtract(Vector512<float> left, Vector512<float> right) => left - right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> left, Vector512<float> right) => left * right;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Divide(Vector512<float> left, Vector512<float> right) => left / right;

    public static Vector512<float> Sqrt(Vector512<float> vector) => Vector512.Sqrt(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        Vector512.MultiplyAddEstimate(left, right, addend);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Max(Vector512<float> left, Vector512<float> right) => Vector512.MaxNative(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Min(Vector512<float> left, Vector512<float> right) => Vector512.MinNative(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Scale(Vector512<float> vector, Vector512<float> exponent) =>
        vector * ((Vector512.ConvertToInt32Native(exponent) + Vector512.Create(127)) << 23).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Vector512<float> vector) => Vector512.Sum(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SumEach(float* vectors)
    {
        if (!Avx512F.IsSupported)
        {
            return Vector512.Create(Simd256Sums(vectors), Simd256Sums(vectors + 128));
        }

        // In each quarter of a..d, the sums of four vectors' lanes in that quarter.
        Vector512<float> a = SumFour(vectors), b = SumFour(vectors + 64), c = SumFour(vectors + 128), d = SumFour(vectors + 192);
        Vector512<float> ab = Avx512F.Shuffle4x128(a, b, 0b10_00_10_00) + Avx512F.Shuffle4x128(a, b, 0b11_01_11_01);
        Vector512<float> cd = Avx512F.Shuffle4x128(c, d, 0b10_00_10_00) + Avx512F.Shuffle4x128(c, d, 0b11_01_11_01);
        return Avx512F.Shuffle4x128(ab, cd, 0b10_00_10_00) + Avx512F.Shuffle4x128(ab, cd, 0b11_01_11_01);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WherePositive(Vector512<float> value, Vector512<float> chosen) =>
        chosen & Vector512.GreaterThan(value, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> WhereEqual(Vector512<float> left, Vector512<float> right, Vector512<float> chosen) =>
        chosen & Vector512.Equals(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FromBytes(byte* source) => Vector512.ConvertToSingle(Avx512F.IsSupported
        ? Avx512F.ConvertToVector512Int32(Vector128.Load(source))
        : Vector512.Create(Simd256.Widen(source), Simd256.Widen(source + 8)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gather(float* source, ushort* index) => Vector512.Create(
        source[index[0]], source[index[1]], source[index[2]], source[index[3]],
        source[index[4]], source[index[5]], source[index[6]], source[index[7]],
        source[index[8]], source[index[9]], source[index[10]], source[index[11]],
        source[index[12]], source[index[13]], source[index[14]], source[index[15]]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Lookup(Vector512<float> table, byte* index) =>
        Vector512.ShuffleNative(table, Avx512F.IsSupported
            ? Avx512F.ConvertToVector512Int32(Vector128.Load(index))
            : Vector512.Create(Simd256.Widen(index), Simd256.Widen(index + 8)));

    /// <summary>For four vectors, in each quarter the sums of the vectors' lanes in that quarter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> SumFour(float* vectors)
    {
        Vector512<double> ab = AddPairs(Load(vectors), Load(vectors + 16)).AsDouble();
        Vector512<double> cd = AddPairs(Load(vectors + 32), Load(vectors + 48)).AsDouble();
        return Avx512F.UnpackLow(ab, cd).AsSingle() + Avx512F.UnpackHigh(ab, cd).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> AddPairs(Vector512<float> left, Vector512<float> right) =>
        Avx512F.UnpackLow(left, right) + Avx512F.UnpackHigh(left, right);

    /// <summary>The sums of eight vectors without vector instructions of this width.</summary>
    private static Vector256<float> Simd256Sums(float* vectors) => Vector256.Create(
        Sum(Load(vectors)), Sum(Load(vectors + 16)), Sum(Load(vectors + 32)), Sum(Load(vectors + 48)), Sum(Load(vectors + 64)),
        Sum(Load(vectors + 80)), Sum(Load(vectors + 96)), Sum(Load(vectors + 112)));
}
