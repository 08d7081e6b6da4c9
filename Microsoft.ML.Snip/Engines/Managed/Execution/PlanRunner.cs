using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Execution;

/// <summary>Runs images through the operators of a plan.</summary>
internal abstract unsafe class PlanRunner
{
    /// <param name="plan">The plan.</param>
    /// <param name="images">The images, one after the other.</param>
    /// <param name="count">The number of images; at most the plan's lanes.</param>
    /// <param name="output">Receives their logits or probabilities, one image after the other.</param>
    /// <param name="workspace">The working memory.</param>
    /// <param name="helpers">Shares an operator's parts with other threads, or null to run all of them on this thread.</param>
    public abstract void Run(Plan plan, float* images, int count, float* output, Workspace workspace, OperatorSharing? helpers);
}

/// <summary>A <see cref="PlanRunner"/> with vectors of one width.</summary>
/// <param name="imageLength">The number of values in an image.</param>
/// <param name="classes">The number of values in its output.</param>
/// <param name="softmax">Whether to output probabilities instead of logits.</param>
internal sealed unsafe class PlanRunner<TSimd, TVector>(int imageLength, int classes, bool softmax) : PlanRunner
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override void Run(Plan plan, float* images, int count, float* output, Workspace workspace, OperatorSharing? helpers)
    {
        int lanes = plan.MaxLanes == 1 ? 1 : (count + TSimd.Width - 1) / TSimd.Width * TSimd.Width;
        float* activations = workspace.Activations(plan.ActivationCapacity * lanes);
        float* scratch = workspace.Scratch(plan.ScratchLength(lanes));
        float* input = plan.Input.In(activations, lanes);
        if (lanes == 1)
        {
            new ReadOnlySpan<float>(images, imageLength).CopyTo(new Span<float>(input, imageLength));
        }
        else
        {
            foreach (NumberRange range in plan.InputRanges)
            {
                Interleave.FromImages(images + range.Start, input + ((long)range.Start * lanes), range.Length, imageLength, count, lanes);
            }
        }

        foreach (Operator operation in plan.Operators)
        {
            if (helpers != null && OperatorSharing.IsWorthwhile(operation))
            {
                helpers.Run(operation, activations, lanes);
                continue;
            }

            for (int part = 0; part < operation.PartCount; part++)
            {
                operation.Run(activations, lanes, scratch, part);
            }
        }

        float* logits = plan.Output.In(activations, lanes);
        if (softmax)
        {
            Softmax<TSimd, TVector>.Run(logits, classes, lanes);
        }

        Interleave.ToImages(logits, output, classes, count, lanes);
    }
}
