using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators.Recurrent;

/// <summary>
/// The formulas of a recurrent layer's step, element by element, forward and backward. Number i of part k lies at k * length + i, where
/// length is the number of units times the images side by side.
/// </summary>
internal interface ITrainableCell
{
    /// <summary>The number of gates of a unit: the rows of the weight matrices for each unit.</summary>
    static abstract int Gates { get; }

    /// <summary>The number of parts that a step keeps for the way back, the gates first.</summary>
    static abstract int KeptParts { get; }

    /// <summary>Whether the gates depend only on the sum of their parts from the input and from the state.</summary>
    static abstract bool SumsParts { get; }

    /// <summary>Computes a step.</summary>
    /// <param name="kept">
    /// Holds the gates' parts from the input, and from the state too if they are summed; receives what the way back needs.
    /// </param>
    /// <param name="fromState">The gates' parts from the state, if they are not summed.</param>
    /// <param name="last">The last step's output.</param>
    /// <param name="lastKept">What the last step kept; null at the first step.</param>
    /// <param name="output">Receives the step's output.</param>
    /// <param name="length">The length of a part.</param>
    static abstract unsafe void Forward<TSimd, TVector>(
        float* kept, float* fromState, float* last, float* lastKept, float* output, long length)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;

    /// <summary>Computes the gradients of a step's gates.</summary>
    /// <param name="kept">What the step kept; receives the gradients of the gates' parts from the input.</param>
    /// <param name="last">The last step's output.</param>
    /// <param name="lastKept">What the last step kept; null at the first step.</param>
    /// <param name="outputGradients">The gradients of the step's output.</param>
    /// <param name="stateGradients">
    /// In: the gradients of the cell's memory from the step behind. Out: those for the step before. It has two parts: the memory, and what
    /// the output's gradients give to the last output directly.
    /// </param>
    /// <param name="fromState">Receives the gradients of the gates' parts from the state, if they are not summed.</param>
    /// <param name="length">The length of a part.</param>
    static abstract unsafe void Backward<TSimd, TVector>(
        float* kept, float* last, float* lastKept, float* outputGradients, float* stateGradients, float* fromState, long length)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct;
}
