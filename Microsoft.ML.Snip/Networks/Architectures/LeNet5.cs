namespace Microsoft.ML.Snip.Networks.Architectures;

/// <summary>
/// LeNet-5-Caffe (the SNIP authors' network.py): two 5x5 convolutions with 20 and 50 filters, without padding, each followed by 2x2 max
/// pooling without a ReLU; then 500 hidden units with ReLU.
/// </summary>
internal static class LeNet5
{
    public static NetworkDefinition Build(ImageShape inputShape, int classCount) =>
        NetworkDefinition.Build("LeNet5", inputShape)
            .Conv2d(20, kernel: 5).MaxPool(2)
            .Conv2d(50, kernel: 5).MaxPool(2)
            .Flatten()
            .Linear(500).ReLU()
            .Linear(classCount)
            .ToDefinition();
}
