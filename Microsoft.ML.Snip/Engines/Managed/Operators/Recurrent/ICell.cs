using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators.Recurrent;

/// <summary>How a recurrent layer computes its output from its gates, element by element.</summary>
internal interface ICell
{
    /// <summary>
    /// Computes one step. The values of gate g of element i are at g * length + i, both in the part from the input and in the part from the
    /// last output, biases included.
    /// </summary>
    /// <param name="fromInput">W x + b of all gates.</param>
    /// <param name="fromState">W h + b of all gates.</param>
    /// <param name="last">The last step's output.</param>
    /// <param name="memory">The cell's state besides its output; read and written.</param>
    /// <param name="output">Receives the step's output.</param>
    /// <param name="length">The number of elements of one gate.</param>
    static abstract unsafe void Run<TSimd, TVector>(
        float* fromInput, float* fromState, float* last, float* memory, float* output, long length)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}
