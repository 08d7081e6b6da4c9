using Microsoft.ML.Snip.Engines.Managed.Training.Parameters;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Memory;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>A weight parameter of which only kept connections are stored, in an order of the operator's own.</summary>
internal interface ITrainableWeight
{
    /// <summary>The place of the kept weights.</summary>
    ParameterRange Range { get; }

    /// <summary>The kept weights.</summary>
    SparsePattern Pattern { get; }

    /// <summary>Reads one number for each kept weight, in the order of the pattern.</summary>
    /// <param name="numbers">An array of the <see cref="ParameterSet"/>.</param>
    float[] Read(AlignedArray<float> numbers);

    /// <summary>Writes one number for each kept weight.</summary>
    /// <param name="numbers">An array of the <see cref="ParameterSet"/>.</param>
    /// <param name="ordered">The numbers in the order of the pattern.</param>
    void Write(AlignedArray<float> numbers, float[] ordered);

    /// <summary>Takes another pattern with as many kept weights; what the arrays hold must be written afterwards.</summary>
    void Plan(SparsePattern pattern);
}
