namespace Microsoft.ML.Snip.Engines.Managed.Plans;

/// <summary>The operators and memory of a network for one layout of images, planned before the first prediction.</summary>
/// <param name="Operators">The operators, in order.</param>
/// <param name="Input">Where the image is written before the first operator runs.</param>
/// <param name="InputRanges">The values of the image that are read.</param>
/// <param name="Output">Where the logits are after the last operator.</param>
/// <param name="ActivationCapacity">The number of values that all buffers need together, for each lane.</param>
/// <param name="MaxLanes">The maximum number of images side by side: 1, or a multiple of the vector's width.</param>
internal sealed record Plan(Operator[] Operators, View Input, NumberRange[] InputRanges, View Output, long ActivationCapacity, int MaxLanes)
{
    /// <summary>The estimated number of processor cycles for one image (lanes = 1), or for one vector's width of images.</summary>
    public double Cycles { get; } = Operators.Sum(operation => operation.Cycles);

    /// <summary>The number of values that the largest block of images needs, in activations or in scratch memory.</summary>
    public long WorkspaceLength => Math.Max(ActivationCapacity * MaxLanes, ScratchLength(MaxLanes));

    /// <summary>The scratch memory, in floats, that any operator needs with this number of lanes.</summary>
    public long ScratchLength(int lanes)
    {
        long max = 0;
        foreach (Operator operation in Operators)
        {
            max = Math.Max(max, operation.ScratchLength(lanes));
        }

        return max;
    }
}
