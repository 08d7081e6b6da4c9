using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Engines.Managed.Training.Plans;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Planning;

/// <summary>
/// Plans the gradients and the lifetimes of all memory of a block. Operator i of n runs forward at time i and backward at time 2 n - 1 - i.
/// </summary>
internal static class GradientPlanner
{
    /// <summary>Gives every trained signal its gradients, and ends the lifetime of every buffer at its last use.</summary>
    /// <param name="operators">The operators, in order.</param>
    /// <param name="logits">The network's output, whose gradients the loss computes.</param>
    /// <param name="create">Creates a buffer for as many numbers, living from a time on.</param>
    public static void Plan(IReadOnlyList<TrainingOperator> operators, Signal logits, Func<long, int, ActivationBuffer> create)
    {
        int times = 2 * operators.Count;
        logits.Gradients = new View(create(logits.Count, operators.Count));
        Use(logits.Values, operators.Count);
        for (int index = operators.Count - 1; index >= 0; index--)
        {
            TrainingOperator operation = operators[index];
            int backward = times - 1 - index;
            View? gradients = null;
            if (operation.Output.Signal.IsTrained)
            {
                gradients = operation.Output.Signal.Gradients
                    ?? throw new InvalidOperationException("The output of an operator has no reader.");
                Use(gradients.Value, backward);
                Use(operation.Kept, backward);
                Use(operation.KeepsOutput ? operation.Output.Signal.Values : null, backward);
            }

            foreach (Source input in operation.Inputs)
            {
                Use(input.Signal.Values, operation.KeepsInputs ? backward : index);
                if (!input.Signal.IsTrained)
                {
                    continue;
                }

                input.Adds = input.Signal.Gradients is not null;
                if (!input.Adds)
                {
                    input.Signal.Gradients = operation.WorksInPlace && gradients is not null ? gradients
                        : operation.WritesOverInputs && !IsReadBefore(operators, index, input.Signal) ? input.Signal.Values
                        : new View(create(input.Count, backward));
                    gradients = null; // Only one input takes the place of the output's gradients.
                }
            }
        }
    }

    /// <summary>Whether an operator before this one, whose backward pass comes later, reads the values of a signal.</summary>
    private static bool IsReadBefore(IReadOnlyList<TrainingOperator> operators, int index, Signal signal) =>
        operators.Take(index).Any(earlier =>
            (earlier.KeepsOutput && earlier.Output.Signal == signal)
            || (earlier.KeepsInputs && earlier.Inputs.Any(input => input.Signal == signal)));

    private static void Use(View? view, int time)
    {
        if (view is { } used)
        {
            used.Buffer.LastOperator = Math.Max(used.Buffer.LastOperator, time);
        }
    }
}
