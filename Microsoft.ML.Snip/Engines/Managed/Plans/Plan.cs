namespace Microsoft.ML.Snip.Engines.Managed.Plans;

/// <summary>All that is decided before the first prediction, for one way of laying images out.</summary>
/// <param name="Operators">What to do, in this order.</param>
/// <param name="Input">Where the image goes before the first operator.</param>
/// <param name="InputRanges">Which of the image's numbers are read.</param>
/// <param name="Output">Where the logits are after the last.</param>
/// <param name="ActivationCapacity">Numbers that all buffers need together, for each lane.</param>
/// <param name="MaxLanes">The most images that are laid side by side: 1, or a multiple of the vector's width.</param>
internal sealed record Plan(Operator[] Operators, View Input, NumberRange[] InputRanges, View Output, long ActivationCapacity, int MaxLanes)
{
    /// <summary>About how many processor cycles one image takes (lanes 1), or one vector's width of images.</summary>
    public double Cycles { get; } = Operators.Sum(operation => operation.Cycles);

    /// <summary>Numbers that the largest block of images needs, in activations or in scratch memory.</summary>
    public long WorkspaceLength => Math.Max(ActivationCapacity * MaxLanes, ScratchLength(MaxLanes));

    /// <summary>Scratch memory for any operator with up to this many lanes.</summary>
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
