namespace Microsoft.ML.Snip.Sparse.Vectors;

/// <summary>Single floats in the place of vectors, for machines without any.</summary>
internal readonly unsafe struct SimdScalar : ISimd<float>
{
    public static int Width => 1;

    public static bool HasManyRegisters => false;

    public static float Zero => 0;

    public static float Load(float* source) => *source;

    public static void Store(float vector, float* destination) => *destination = vector;

    public static float Broadcast(float value) => value;

    public static float Add(float left, float right) => left + right;

    public static float Subtract(float left, float right) => left - right;

    public static float Multiply(float left, float right) => left * right;

    public static float Divide(float left, float right) => left / right;

    public static float Sqrt(float vector) => MathF.Sqrt(vector);

    public static float MultiplyAdd(float left, float right, float addend) => (left * right) + addend;

    public static float Max(float left, float right) => MathF.Max(left, right);

    public static float Min(float left, float right) => MathF.Min(left, right);

    public static float Scale(float vector, float exponent) => MathF.ScaleB(vector, (int)exponent);

    public static float Sum(float vector) => vector;

    public static float SumEach(float* vectors) => *vectors;

    public static float WherePositive(float value, float chosen) => value > 0 ? chosen : 0;

    public static float WhereEqual(float left, float right, float chosen) => left == right ? chosen : 0;

    public static float FromBytes(byte* source) => *source;

    public static float Gather(float* source, ushort* index) => source[*index];

    public static float Lookup(float table, byte* index) => table;
}
