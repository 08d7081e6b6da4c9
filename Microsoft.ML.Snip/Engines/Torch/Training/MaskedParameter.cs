using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Training;

/// <summary>A parameter, which of its weights are kept, and how it follows its gradient.</summary>
/// <param name="Name">Its name in the network.</param>
/// <param name="Parameter">The weights, 0 where cut.</param>
/// <param name="Mask">1 where a weight is kept, 0 where it is cut; of the weights' shape. It is disposed of with this object.</param>
/// <param name="Update">Moves the parameter; not this object's own.</param>
internal sealed record MaskedParameter(string Name, Parameter Parameter, Tensor Mask, ParameterUpdate Update) : IDisposable
{
    /// <summary>Cuts some weights, keeps others in their place, and forgets the cut ones.</summary>
    /// <param name="dropped">True where a kept weight is to be cut.</param>
    /// <param name="grown">True where a cut weight is to be kept; it starts from 0.</param>
    public void Move(Tensor dropped, Tensor grown)
    {
        using Scalar zero = 0.ToScalar(), one = 1.ToScalar();
        Update.Move(dropped, grown, Mask);
        Parameter.masked_fill_(dropped, zero);
        Mask.masked_fill_(dropped, zero).masked_fill_(grown, one);
    }

    public void Dispose() => Mask.Dispose();
}
