using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Engines.Torch.UserModules;

/// <summary>
/// A small module of one's own, to put a mistake into: a hidden layer and a head, both registered, and what a test adds between them.
/// </summary>
internal abstract class OwnModule : nn.Module<Tensor, Tensor>
{
    protected const int Units = 12;

    protected OwnModule(ImageShape shape, int classCount)
        : base("own")
    {
        Hidden = nn.Linear(shape.Count, Units);
        Head = nn.Linear(Units, classCount);
        register_module("hidden", Hidden);
        register_module("head", Head);
    }

    protected TorchSharp.Modules.Linear Hidden { get; }

    protected TorchSharp.Modules.Linear Head { get; }

    public override Tensor forward(Tensor input) => Head.call(Between(Hidden.call(input.flatten(1)).relu()));

    protected virtual Tensor Between(Tensor hidden) => hidden;
}
