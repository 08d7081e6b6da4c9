using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Recurrent;

/// <summary>What a recurrent layer makes of its gates, element by element.</summary>
internal interface ICell
{
    /// <summary>
    /// One step. Gate g of element i is at g * length + i, once for what comes from the input and once for what comes from the last output,
    /// biases included.
    /// </summary>
    /// <param name="fromInput">W x + b of all gates.</param>
    /// <param name="fromState">W h + b of all gates.</param>
    /// <param name="last">The last step's output.</param>
    /// <param name="memory">What the cell remembers beside its output; read and written.</param>
    /// <param name="output">The step's output.</param>
    /// <param name="length">Elements of one gate.</param>
    static abstract unsafe void Run<TSimd, TVector>(
        float* fromInput, float* fromState, float* last, float* memory, float* output, long length)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}
