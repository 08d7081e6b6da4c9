using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Microsoft.ML.Snip.Engines.Torch.UserModules;
using Microsoft.ML.Snip.Networks.Conversion;
using Microsoft.ML.Snip.Pruning.Criteria;
using Microsoft.ML.Snip.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch;

/// <summary>Creates trainable networks from custom modules: converted to layers if these compute the same, otherwise unchanged.</summary>
internal static class UserModuleNetworks
{
    /// <param name="factory">Makes the module.</param>
    /// <param name="name">The name of the module in model files, or null.</param>
    /// <param name="shape">The shape of the images.</param>
    /// <param name="classCount">The number of classes.</param>
    /// <param name="random">The random numbers for the module and for initial weights.</param>
    /// <param name="check">Throws for a network that cannot be trained or stored.</param>
    /// <param name="log">Receives a message about how the module will predict.</param>
    /// <exception cref="ArgumentException">The module cannot be trained or stored, or does not fit the images.</exception>
    public static TrainableNetwork Create(
        ModuleFactory factory, string? name, ImageShape shape, int classCount, RandomStreams random,
        Action<NetworkDefinition> check, Action<string> log)
    {
        var generator = new GlobalGenerator(random.SeedOf("module"));
        try
        {
            nn.Module<Tensor, Tensor> module = Make(factory, shape, classCount);
            if (UninitializedGroupNorm.FindIn(module) is { } mistake)
            {
                throw new ArgumentException(mistake);
            }

            CheckMakesAnother(factory, shape, classCount, module);
            NetworkDefinition? layers = TryConvert(module, name, shape, out string reason);
            if (layers is not null)
            {
                generator.Dispose();
                using (module)
                {
                    check(layers);
                    log($"The module is converted to a network of {layers.Layers.Length} layers, which predicts without TorchSharp.");
                    return LayeredNetwork.Create(layers, NetworkWeights.FromModule((Sequential)module), random, sparsity: 0);
                }
            }

            if (name is null)
            {
                throw new ArgumentException(
                    $"The module of the ModuleFactory cannot be converted: {reason} It will predict through TorchSharp, and model files "
                    + "need a name for it; set ModuleName.");
            }

            log(
                $"The module '{name}' is not converted: {reason} It predicts through TorchSharp; programs that load the model must "
                + "register the module first.");
            NetworkDefinition described = ModuleProbe.Describe(module, name, shape, classCount);
            check(described);
            return new UserNetwork(described, module, factory, generator);
        }
        catch
        {
            generator.Dispose();
            throw;
        }
    }

    private static nn.Module<Tensor, Tensor> Make(ModuleFactory factory, ImageShape shape, int classCount) =>
        factory(shape, classCount) ?? throw new ArgumentException("The ModuleFactory returned null; it must create a module.");

    /// <summary>
    /// The trained module is disposed and another one predicts, so the two must not share anything. A module that the factory returned
    /// twice belongs to the user and is not disposed.
    /// </summary>
    private static void CheckMakesAnother(
        ModuleFactory factory, ImageShape shape, int classCount, nn.Module<Tensor, Tensor> first)
    {
        using var generator = new GlobalGenerator(); // The second module must not change the draws of the first.
        nn.Module<Tensor, Tensor> second = Make(factory, shape, classCount);
        if (FindShared(first, second) is { } shared)
        {
            throw new ArgumentException(
                $"The ModuleFactory returned the same {shared} twice; it must create a new one each time, because the fit disposes the "
                + "trained one and another one predicts.");
        }

        second.Dispose();
    }

    /// <summary>A module or tensor that two modules share, as a part of a sentence; null if they share nothing.</summary>
    private static string? FindShared(nn.Module first, nn.Module second)
    {
        HashSet<nn.Module> parts = new(ModuleTree.Flatten(first), ReferenceEqualityComparer.Instance);
        if (ModuleTree.Flatten(second).FirstOrDefault(parts.Contains) is { } part)
        {
            return $"module (a {part.GetType().Name})";
        }

        HashSet<IntPtr> handles = [.. first.state_dict().Values.Select(tensor => tensor.Handle)];
        return second.state_dict()
            .Where(entry => handles.Contains(entry.Value.Handle))
            .Select(entry => $"tensor ('{entry.Key}')")
            .FirstOrDefault();
    }

    /// <summary>The module converted to layers, if these can be scored, trained and run like the module; otherwise null.</summary>
    private static NetworkDefinition? TryConvert(nn.Module<Tensor, Tensor> module, string? name, ImageShape shape, out string reason)
    {
        reason = string.Empty;
        if (module is not Sequential sequential)
        {
            reason = $"{module.GetType().Name} is not a Sequential.";
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
