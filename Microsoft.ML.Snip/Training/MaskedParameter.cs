using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Training;

/// <summary>A parameter, which of its weights are kept, and what the optimizer remembers of them.</summary>
/// <param name="Name">Its name in the network.</param>
/// <param name="Parameter">The weights, 0 where cut.</param>
/// <param name="Mask">1 where a weight is kept, 0 where it is cut; of the weights' shape. It is disposed of with this object.</param>
/// <param name="Memory">The optimizer's state of this parameter.</param>
internal sealed record MaskedParameter(string Name, Parameter Parameter, Tensor Mask, OptimizerState Memory) : IDisposable
{
    /// <summary>
    /// Cuts some weights, keeps others in their place, and forgets the cut ones. Adam divides a step by the root of the mean square of a weight's gradients.
    /// A new one's would be near 0 for many steps, and these several times too long, so it starts from the average of the others' (started from 0, GRU-s at
    /// 95 % was 0.8 to 1.0 points less accurate on Fashion-MNIST, and no better than with a fixed mask).
    /// </summary>
    /// <param name="dropped">True where a kept weight is to be cut.</param>
    /// <param name="grown">True where a cut weight is to be kept; it starts from 0.</param>
    public void Move(Tensor dropped, Tensor grown)
    {
        if (Memory is Adam.State adam)
        {
            Tensor average = adam.exp_avg_sq.sum() / Mask.sum();
            adam.exp_avg.masked_fill_(dropped, 0);
            adam.exp_avg_sq.masked_fill_(dropped, 0).masked_fill_(grown, average.ToScalar());
        }
        else if (Memory is SGD.State { momentum_buffer: { } momentum })
        {
            momentum.masked_fill_(dropped, 0);
        }

        Parameter.masked_fill_(dropped, 0);
        Mask.masked_fill_(dropped, 0).masked_fill_(grown, 1);
    }

    public void Dispose() => Mask.Dispose();
}
