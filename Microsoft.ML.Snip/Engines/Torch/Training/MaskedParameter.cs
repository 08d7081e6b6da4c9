using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Training;

/// <summary>A parameter with its mask and its optimizer update.</summary>
/// <param name="Name">The parameter's name in the network.</param>
/// <param name="Parameter">The weights, 0 where pruned.</param>
/// <param name="Mask">1 where a weight is kept, 0 where it is pruned; of the weights' shape. It is disposed with this object.</param>
/// <param name="Update">Updates the parameter; not owned by this object.</param>
internal sealed record MaskedParameter(string Name, Parameter Parameter, Tensor Mask, ParameterUpdate Update) : IDisposable
{
    /// <summary>Prunes some kept weights and keeps others instead; resets the optimizer state of both.</summary>
    /// <param name="dropped">True where a kept weight is to be pruned.</param>
    /// <param name="grown">True where a pruned weight is to be kept; it starts from 0.</param>
    public void Move(Tensor dropped, Tensor grown)
    {
        using Scalar zero = 0.ToScalar(), one = 1.ToScalar();
        Update.Move(dropped, grown, Mask);
        Parameter.masked_fill_(dropped, zero);
        Mask.masked_fill_(dropped, zero).masked_fill_(grown, one);
    }

    public void Dispose() => Mask.Dispose();
}
