using Microsoft.ML.Snip.Compaction;
using Microsoft.ML.Snip.Formats;
using Microsoft.ML.Snip.Modules;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Architectures;
using Microsoft.ML.Snip.Pruning;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>What a fit scores, masks and trains: a network of layers, or a module of the user's own that no layers can stand for.</summary>
internal sealed class TrainableNetwork : IDisposable
{
    private readonly GlobalGenerator? _generator;

    private TrainableNetwork(NetworkDefinition definition, nn.Module<Tensor, Tensor> module, GlobalGenerator? generator = null)
    {
        Definition = definition;
        Module = module;
        _generator = generator;
    }

    public NetworkDefinition Definition { get; }

    public nn.Module<Tensor, Tensor> Module { get; }

    /// <param name="options">Checked options.</param>
    /// <param name="training">The pictures to train on.</param>
    /// <param name="random">Where initial weights and dropouts come from.</param>
    /// <param name="log">Told what was chosen, and how a module will predict.</param>
    /// <exception cref="ArgumentException">The network, the module or the initial weights do not suit the pictures or each other.</exception>
    public static TrainableNetwork Create(
        PrunedImageClassificationTrainer.Options options, ExampleSet training, RandomStreams random, Action<string> log)
    {
        ImageShape shape = training.Dataset.Shape;
        int classCount = training.Dataset.Classes.Count;
        if (options.ModuleFactory is { } factory)
        {
            return OfModule(factory, options.ModuleName, shape, classCount, random, log);
        }

        NetworkDefinition definition = options.Network ?? NetworkDefinition.FromArchitecture(ChooseArchitecture(options, training, log), shape, classCount);
        Check(definition, classCount);
        return OfLayers(definition, options.InitialWeights, random, options.Sparsity);
    }

    /// <summary>Draws other initial weights.</summary>
    public void Redraw(Random random, double sparsity) => ((TorchNetwork)Module).LoadParameters(WeightInitializer.Draw(Definition, random, sparsity));

    /// <summary>What to keep of the trained network; of layers as few as give the same output.</summary>
    public SparseNetwork ToSparse(PruningMask mask) => Module is TorchNetwork layers
        ? Compactor.Compact(TrainedNetwork.ToSparse(layers, mask))
        : TrainedNetwork.ToSparse(Definition, Module.state_dict(), mask);

    public void Dispose()
    {
        Module.Dispose();
        _generator?.Dispose();
    }

    private static NetworkArchitecture ChooseArchitecture(PrunedImageClassificationTrainer.Options options, ExampleSet training, Action<string> log)
    {
        if (options.Architecture != NetworkArchitecture.Auto)
        {
            return options.Architecture;
        }

        ImageShape shape = training.Dataset.Shape;
        NetworkArchitecture chosen = AutoArchitecture.Choose(shape, training.Count);
        log($"Architecture Auto takes {chosen} for {training.Count} pictures of {shape}.");
        return chosen;
    }

    private static void Check(NetworkDefinition definition, int classCount)
    {
        if (!definition.Parameters.Any(parameter => parameter.Role == ParameterRole.Weight))
        {
            throw new ArgumentException($"The network '{definition.Name}' has no weights to train; it needs a layer that has some, such as a Linear.");
        }

        if (definition.ClassCount != classCount)
        {
            throw new ArgumentException($"The network '{definition.Name}' tells {definition.ClassCount} classes apart, but the label column has {classCount}.");
        }
    }

    private static TrainableNetwork OfLayers(NetworkDefinition definition, NetworkWeights? initial, RandomStreams random, double sparsity = 0)
    {
        ModelLimits.Check(definition);
        var network = new TorchNetwork(definition, random.SeedOf("dropout"));
        network.LoadParameters(WeightInitializer.Draw(definition, random.Create("initial weights"), sparsity));
        if (initial is not null)
        {
            network.LoadParameters(initial.For(definition));
        }

        return new TrainableNetwork(definition, network);
    }

    private static TrainableNetwork OfModule(
        Func<ImageShape, int, nn.Module<Tensor, Tensor>> factory, string? name, ImageShape shape, int classCount, RandomStreams random, Action<string> log)
    {
        var generator = new GlobalGenerator(random.SeedOf("module"));
        try
        {
            nn.Module<Tensor, Tensor> module = Make(factory, shape, classCount);
            CheckMakesAnother(factory, shape, classCount, module);
            NetworkDefinition? layers = TryConvert(module, name, shape, out string reason);
            if (layers is not null)
            {
                generator.Dispose();
                using (module)
                {
                    Check(layers, classCount);
                    log($"The module is converted to a network of {layers.Layers.Length} layers, which predicts without TorchSharp.");
                    return OfLayers(layers, NetworkWeights.FromModule((Sequential)module), random);
                }
            }

            if (name is null)
            {
                throw new ArgumentException($"The module of the ModuleFactory cannot be converted: {reason} It will predict through TorchSharp, and model files need a name for it; set ModuleName.");
            }

            log($"The module '{name}' is not converted: {reason} It predicts through TorchSharp; programs that load the model register it first.");
            NetworkDefinition described = ModuleProbe.Describe(module, name, shape, classCount);
            ModelLimits.Check(described);
            return new TrainableNetwork(described, module, generator);
        }
        catch
        {
            generator.Dispose();
            throw;
        }
    }

    private static nn.Module<Tensor, Tensor> Make(Func<ImageShape, int, nn.Module<Tensor, Tensor>> factory, ImageShape shape, int classCount) =>
        factory(shape, classCount) ?? throw new ArgumentException("The ModuleFactory gave null; it must make a module.");

    /// <summary>
    /// The trained module is disposed and another predicts, so the two must share no part. What the factory gave twice is the user's own and not disposed.
    /// </summary>
    private static void CheckMakesAnother(
        Func<ImageShape, int, nn.Module<Tensor, Tensor>> factory, ImageShape shape, int classCount, nn.Module<Tensor, Tensor> first)
    {
        using var generator = new GlobalGenerator(); // What the second draws, the first must not miss.
        nn.Module<Tensor, Tensor> second = Make(factory, shape, classCount);
        if (FindShared(first, second) is { } shared)
        {
            throw new ArgumentException(
                $"The ModuleFactory gave the same {shared} twice; it must make a new one each time, since the fit disposes the one that it trains and another predicts.");
        }

        second.Dispose();
    }

    /// <summary>What two modules have in common that should be each one's own, as a part of a sentence; null if nothing.</summary>
    private static string? FindShared(nn.Module first, nn.Module second)
    {
        HashSet<nn.Module> parts = new(ModuleTree.Flatten(first), ReferenceEqualityComparer.Instance);
        if (ModuleTree.Flatten(second).FirstOrDefault(parts.Contains) is { } part)
        {
            return $"module (a {part.GetType().Name})";
        }

        HashSet<IntPtr> handles = [.. first.state_dict().Values.Select(tensor => tensor.Handle)];
        return second.state_dict().Where(entry => handles.Contains(entry.Value.Handle)).Select(entry => $"tensor ('{entry.Key}')").FirstOrDefault();
    }

    /// <summary>The module as layers, if they would be scored, trained and run as the module would.</summary>
    private static NetworkDefinition? TryConvert(nn.Module<Tensor, Tensor> module, string? name, ImageShape shape, out string reason)
    {
        reason = string.Empty;
        if (module is not Sequential sequential)
        {
            reason = $"{module.GetType().Name} is no Sequential.";
            return null;
        }

        try
        {
            return NetworkDefinition.FromModule(sequential, shape, name);
        }
        catch (ArgumentException exception)
        {
            reason = exception.Message;
            return null;
        }
    }
}
