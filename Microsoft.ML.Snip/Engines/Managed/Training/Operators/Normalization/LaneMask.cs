using Microsoft.ML.Snip.Engines.Managed.Training.Plans;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators.Normalization;

/// <summary>1 for each lane with an image, 0 for the lanes behind the last image.</summary>
internal static unsafe class LaneMask
{
    /// <summary>Writes the lanes of a block to its scratch memory.</summary>
    public static float* Write(in TrainingBlock block)
    {
        new Span<float>(block.Scratch, block.Images).Fill(1);
        new Span<float>(block.Scratch + block.Images, block.Lanes - block.Images).Clear();
        return block.Scratch;
    }
}
