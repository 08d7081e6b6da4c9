namespace Microsoft.ML.Snip;

/// <summary>
/// The built-in networks. The numbers of weights, the prunable parameters, are for 10 classes and the images of the SNIP paper: 28x28 grey
/// (LeNet, LSTM, GRU) or 32x32 with three channels (the others). All networks also take images of other shapes and any number of classes.
/// </summary>
public enum NetworkArchitecture
{
    /// <summary>
    /// The trainer chooses the network and logs its choice: <see cref="LeNet300"/> for images with a side shorter than 8 pixels;
    /// <see cref="ResNet20"/> for at least 20,000 images with several channels and both sides from 32 to 64 pixels; otherwise
    /// <see cref="SmallCnn"/>.
    /// </summary>
    Auto,

    /// <summary>LeNet-300-100: two hidden layers of 300 and 100 units, fully connected; 266,200 weights.</summary>
    LeNet300,

    /// <summary>LeNet-5-Caffe: two 5x5 convolutions with pooling, 500 hidden units; 430,500 weights. Needs at least 16x16 pixels.</summary>
    LeNet5,

    /// <summary>AlexNet-s: five convolutions with batch norm, two hidden layers of 1024 units; 5,066,784 weights.</summary>
    AlexNetS,

    /// <summary>AlexNet-b: like <see cref="AlexNetS"/> with hidden layers of 2048 units; 8,484,896 weights.</summary>
    AlexNetB,

    /// <summary>
    /// VGG-C: 13 convolutions with batch norm, three of them 1x1, two hidden layers; 10,521,280 weights. Needs at least 32x32 pixels; sides
    /// of 28 to 31 are padded.
    /// </summary>
    VggC,

    /// <summary>
    /// VGG-D: 13 convolutions of 3x3 with batch norm, two hidden layers; 15,239,872 weights. Images as for <see cref="VggC"/>.
    /// </summary>
    VggD,

    /// <summary>VGG-like: like <see cref="VggD"/> with one hidden layer; 14,977,728 weights.</summary>
    VggLike,

    /// <summary>WRN-16-8: a residual network of 16 layers, eight times as wide as the basic one; 10,954,160 weights.</summary>
    Wrn16x8,

    /// <summary>WRN-16-10: a residual network of 16 layers, ten times as wide as the basic one; 17,107,632 weights.</summary>
    Wrn16x10,

    /// <summary>WRN-22-8: a residual network of 22 layers, eight times as wide as the basic one; 17,147,312 weights.</summary>
    Wrn22x8,

    /// <summary>LSTM-s: reads an image row by row with 128 long short-term memory cells; 135,936 weights.</summary>
    LstmS,

    /// <summary>LSTM-b: the same with 256 cells; 534,016 weights.</summary>
    LstmB,

    /// <summary>GRU-s: reads an image row by row with 128 gated recurrent units; 103,168 weights.</summary>
    GruS,

    /// <summary>GRU-b: the same with 256 units; 402,944 weights.</summary>
    GruB,

    /// <summary>
    /// A small convolutional network with batch norm for images of 8x8 and larger, which trains in seconds per epoch on a CPU; 98,480
    /// weights. Not in the paper.
    /// </summary>
    SmallCnn,

    /// <summary>
    /// ResNet-20: the residual network of He et al. for CIFAR-sized images, with 1x1 projections; 270,896 weights. Not in the paper.
    /// </summary>
    ResNet20,

    /// <summary>
    /// MobileNetV2-s: a small MobileNetV2 of inverted residual blocks with depthwise convolutions, for images of 28 to 64 pixels; 137,152
    /// weights. Not in the paper.
    /// </summary>
    MobileNetV2S,
}
