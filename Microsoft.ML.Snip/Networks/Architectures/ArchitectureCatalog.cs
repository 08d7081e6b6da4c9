namespace Microsoft.ML.Snip.Networks.Architectures;

/// <summary>Maps each architecture to the class that builds it.</summary>
internal static class ArchitectureCatalog
{
    public static NetworkDefinition Build(NetworkArchitecture architecture, ImageShape inputShape, int classCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classCount, 2);
        string name = architecture.ToString();
        return architecture switch
        {
            NetworkArchitecture.LeNet300 => LeNet300.Build(inputShape, classCount),
            NetworkArchitecture.LeNet5 => LeNet5.Build(inputShape, classCount),
            NetworkArchitecture.AlexNetS => AlexNet.Build(name, hiddenUnits: 1024, inputShape, classCount),
            NetworkArchitecture.AlexNetB => AlexNet.Build(name, hiddenUnits: 2048, inputShape, classCount),
            NetworkArchitecture.VggC => Vgg.Build(name, thirdKernel: 1, hiddenLayers: 2, inputShape, classCount),
            NetworkArchitecture.VggD => Vgg.Build(name, thirdKernel: 3, hiddenLayers: 2, inputShape, classCount),
            NetworkArchitecture.VggLike => Vgg.Build(name, thirdKernel: 3, hiddenLayers: 1, inputShape, classCount),
            NetworkArchitecture.Wrn16x8 => WideResNet.Build(name, depth: 16, widening: 8, inputShape, classCount),
            NetworkArchitecture.Wrn16x10 => WideResNet.Build(name, depth: 16, widening: 10, inputShape, classCount),
            NetworkArchitecture.Wrn22x8 => WideResNet.Build(name, depth: 22, widening: 8, inputShape, classCount),
            NetworkArchitecture.LstmS => Recurrent.BuildLstm(name, units: 128, inputShape, classCount),
            NetworkArchitecture.LstmB => Recurrent.BuildLstm(name, units: 256, inputShape, classCount),
            NetworkArchitecture.GruS => Recurrent.BuildGru(name, units: 128, inputShape, classCount),
            NetworkArchitecture.GruB => Recurrent.BuildGru(name, units: 256, inputShape, classCount),
            NetworkArchitecture.SmallCnn => SmallCnn.Build(inputShape, classCount),
            NetworkArchitecture.ResNet20 => ResNet20.Build(inputShape, classCount),
            NetworkArchitecture.MobileNetV2S => MobileNetV2S.Build(inputShape, classCount),
            NetworkArchitecture.Auto => throw new ArgumentException(
                "Auto depends on the number of images, so only the trainer can use it; specify an architecture.", nameof(architecture)),
            _ => throw new ArgumentOutOfRangeException(nameof(architecture), architecture, "Unknown architecture."),
        };
    }
}
