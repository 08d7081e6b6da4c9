namespace Microsoft.ML.Snip;

/// <summary>The built-in networks. Sizes in weights are for 10 classes and, unless said otherwise, 28x28 grey pictures.</summary>
public enum NetworkArchitecture
{
    /// <summary>LeNet-300-100: two hidden layers of 300 and 100 units, fully connected; 266,200 weights.</summary>
    LeNet300,

    /// <summary>LeNet-5-Caffe: two 5x5 convolutions with pooling, 500 hidden units; 430,500 weights.</summary>
    LeNet5,

    /// <summary>VGG-like: 13 convolutions of 3x3 with batch norm, one hidden layer; 14,977,728 weights for 32x32 pictures with three channels.</summary>
    VggLike,

    /// <summary>WRN-16-8: a residual network of 16 layers, eight times as wide; 10,954,160 weights for 32x32 pictures with three channels.</summary>
    Wrn16x8,
}
