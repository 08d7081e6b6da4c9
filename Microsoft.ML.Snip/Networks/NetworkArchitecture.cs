namespace Microsoft.ML.Snip;

/// <summary>The built-in networks. Sizes in weights are for 28x28 grey pictures and 10 classes.</summary>
public enum NetworkArchitecture
{
    /// <summary>LeNet-300-100: two hidden layers of 300 and 100 units, fully connected; 266,200 weights.</summary>
    LeNet300,

    /// <summary>LeNet-5-Caffe: two 5x5 convolutions with pooling, 500 hidden units; 430,500 weights.</summary>
    LeNet5,
}
