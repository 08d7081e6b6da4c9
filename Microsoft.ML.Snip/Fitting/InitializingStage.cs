using Microsoft.ML.Snip.Engines.Torch;
using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Networks.Architectures;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Training;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>Creates a network with initial weights for the examples.</summary>
internal static class InitializingStage
{
    /// <exception cref="ArgumentException">The network, the module or the initial weights do not fit the images or each other.</exception>
    public static TrainableNetwork Run(Options options, FitData data, RandomStreams random, FitLog log)
    {
        void Check(NetworkDefinition network) => RequireTrainable(network, data.Classes.Count);
        if (options.ModuleFactory is { } factory)
        {
            return UserModuleNetworks.Create(factory, options.ModuleName, data.Shape, data.Classes.Count, random, Check, log.Info);
        }

        NetworkDefinition definition = options.Network
            ?? NetworkDefinition.FromArchitecture(ChooseArchitecture(options, data, log), data.Shape, data.Classes.Count);
        Check(definition);
        return LayeredNetwork.Create(definition, options.InitialWeights, random, options.Sparsity);
    }

    private static NetworkArchitecture ChooseArchitecture(Options options, FitData data, FitLog log)
    {
        if (options.Architecture != NetworkArchitecture.Auto)
        {
            return options.Architecture;
        }

        NetworkArchitecture chosen = AutoArchitecture.Choose(data.Shape, data.Training.Count);
        log.Info($"Architecture Auto chooses {chosen} for {data.Training.Count} images of {data.Shape}.");
        return chosen;
    }

    private static void RequireTrainable(NetworkDefinition network, int classCount)
    {
        if (!network.Parameters.Any(parameter => parameter.Role == ParameterRole.Weight))
        {
            throw new ArgumentException(
                $"The network '{network.Name}' has no weights to train; it needs a layer with weights, such as Linear.");
        }

        if (network.ClassCount != classCount)
        {
            throw new ArgumentException(
                $"The network '{network.Name}' classifies {network.ClassCount} classes, but the label column has {classCount}.");
        }

        ModelLimits.Check(network);
    }
}
