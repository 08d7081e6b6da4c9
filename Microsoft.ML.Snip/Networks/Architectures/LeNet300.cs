namespace Microsoft.ML.Snip.Networks.Architectures;

/// <summary>LeNet-300-100 (LeCun et al. 1998, as in the SNIP authors' network.py): 300 and 100 hidden units with ReLU.</summary>
internal static class LeNet300
{
    public static NetworkDefinition Build(ImageShape inputShape, int classCount) =>
        NetworkDefinition.Build("LeNet300", inputShape)
            .Flatten()
            .Linear(300).ReLU()
            .Linear(100).ReLU()
            .Linear(classCount)
            .ToDefinition();
}
