namespace Microsoft.ML.Snip.Networks.Architectures;

/// <summary>Which file builds which network.</summary>
internal static class ArchitectureCatalog
{
    public static NetworkDefinition Build(NetworkArchitecture architecture, ImageShape inputShape, int classCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        return architecture switch
        {
            NetworkArchitecture.LeNet300 => LeNet300.Build(inputShape, classCount),
            NetworkArchitecture.LeNet5 => LeNet5.Build(inputShape, classCount),
            NetworkArchitecture.VggLike => VggLike.Build(inputShape, classCount),
            NetworkArchitecture.Wrn16x8 => WideResNet.Build("Wrn16x8", depth: 16, widening: 8, inputShape, classCount),
            _ => throw new ArgumentOutOfRangeException(nameof(architecture), architecture, "There is no such architecture."),
        };
    }
}
