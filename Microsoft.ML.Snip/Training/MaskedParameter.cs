using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Training;

/// <summary>A parameter, which of its weights are kept, and what the optimizer remembers of them.</summary>
/// <param name="Name">Its name in the network.</param>
/// <param name="Parameter">The weights, 0 where cut.</param>
/// <param name="Mask">1 where a weight is kept, 0 where it is cut; of the weights' shape.</param>
/// <param name="Memory">The optimizer's state of this parameter.</param>
internal sealed record MaskedParameter(string Name, Parameter Parameter, Tensor Mask, OptimizerState Memory)
{
    /// <summary>
    /// Cuts some weights, keeps others in their place, and forgets the cut ones. Adam divides a step by the root of the mean square of a weight's gradients,
    /// which has yet to be found for a new one, and until then it would take steps several times too long; so it gets the average of the others.
    /// </summary>
    /// <param name="dropped">Kept weights to cut: indices into the flattened weights.</param>
    /// <param name="grown">Cut weights to keep, which start from 0: as many.</param>
    public void Move(Tensor dropped, Tensor grown)
    {
        if (dropped.NumberOfElements == 0)
        {
            return;
        }

        if (Memory is Adam.State adam)
        {
            double average = (adam.exp_avg_sq.sum() / Mask.sum()).ToDouble();
            Clear(adam.exp_avg, dropped);
            Clear(adam.exp_avg_sq, dropped).index_fill_(0, grown, average);
        }
        else if (Memory is SGD.State { momentum_buffer: { } momentum })
        {
            Clear(momentum, dropped);
        }

        Clear(Parameter, dropped);
        Clear(Mask, dropped).index_fill_(0, grown, 1);
    }

    private static Tensor Clear(Tensor values, Tensor indices) => values.view(-1).index_fill_(0, indices, 0);
}
