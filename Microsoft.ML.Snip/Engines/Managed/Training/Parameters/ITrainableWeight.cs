using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Parameters;

/// <summary>A weight parameter of which only kept connections are stored, in an order of the operator's own.</summary>
internal interface ITrainableWeight
{
    /// <summary>The place of the kept weights.</summary>
    ParameterRange Range { get; }

    /// <summary>The kept weights.</summary>
    SparsePattern Pattern { get; }

    /// <summary>The order of the kept weights in their place.</summary>
    SlotOrder Order { get; }

    /// <summary>Takes another pattern with as many kept weights; what the place holds must be written afterwards.</summary>
    void Plan(SparsePattern pattern);
}
