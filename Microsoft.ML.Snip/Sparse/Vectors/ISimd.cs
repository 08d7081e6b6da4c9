namespace Microsoft.ML.Snip.Sparse.Vectors;

/// <summary>
/// The operations that the kernels need on a vector of <see cref="Width"/> floats; each acts lane by lane. A kernel is written once, over
/// this interface; the compiler makes one body for each implementation, in which every operation is one instruction.
/// </summary>
internal unsafe interface ISimd<TVector>
    where TVector : struct
{
    /// <summary>Lanes of a vector.</summary>
    static abstract int Width { get; }

    /// <summary>Whether the machine has 32 registers of this kind, so that a kernel may hold 16 sums and more; else 16.</summary>
    static abstract bool HasManyRegisters { get; }

    static abstract TVector Zero { get; }

    static abstract TVector Load(float* source);

    static abstract void Store(TVector vector, float* destination);

    static abstract TVector Broadcast(float value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    static abstract TVector Divide(TVector left, TVector right);

    /// <summary>left * right + addend, rounded once where the machine can.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>The square root of each lane.</summary>
    static abstract TVector Sqrt(TVector vector);

    /// <summary>The larger number; where one is not a number, <paramref name="right"/> or that one, as the machine does.</summary>
    static abstract TVector Max(TVector left, TVector right);

    /// <summary>The smaller number; where one is not a number, <paramref name="right"/> or that one, as the machine does.</summary>
    static abstract TVector Min(TVector left, TVector right);

    /// <summary>vector * 2 to the power of whole numbers from -126 to 127.</summary>
    static abstract TVector Scale(TVector vector, TVector exponent);

    /// <summary>The sum of all lanes.</summary>
    static abstract float Sum(TVector vector);

    /// <summary>Lane i is the sum of all lanes of vector i of as many vectors as a vector has lanes, one behind the other.</summary>
    static abstract TVector SumEach(float* vectors);

    /// <summary>Lane by lane, <paramref name="chosen"/> where <paramref name="value"/> is above 0, otherwise 0.</summary>
    static abstract TVector WherePositive(TVector value, TVector chosen);

    /// <summary>Lane by lane, <paramref name="chosen"/> where the two are equal, otherwise 0.</summary>
    static abstract TVector WhereEqual(TVector left, TVector right, TVector chosen);

    /// <summary>Whole numbers from 0 to 255, one byte each.</summary>
    static abstract TVector FromBytes(byte* source);

    /// <summary>Lane i is source[index[i]].</summary>
    static abstract TVector Gather(float* source, ushort* index);

    /// <summary>Lane i is lane index[i] of the table.</summary>
    static abstract TVector Lookup(TVector table, byte* index);
}
