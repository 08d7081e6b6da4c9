using Microsoft.ML.Snip.Formats.Model;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Matrices;
using Options = Microsoft.ML.Snip.PrunedImageClassificationTrainer.Options;

namespace Microsoft.ML.Snip;

/// <summary>
/// What a trained model is made of, to continue training from it: on more data, or on data with other classes. The network of a model is
/// the one that it predicts with: batch norms may be folded into other layers, and units without connections are gone.
/// </summary>
/// <example><code>
/// var options = PrunedImageClassificationTrainer.Options.ContinueFrom(SnipPredictor.Load("model.snip"));
/// options.Epochs = 5;
/// options.LearningRate = 0.01;
/// </code></example>
public static class ModelOptions
{
    extension(Options)
    {
        /// <summary>
        /// Options with the network, the initial weights and the mask of a model. A fit with them continues the model's training; choose a
        /// lower learning rate than for a new network.
        /// </summary>
        /// <param name="model">The model.</param>
        /// <exception cref="ArgumentException">The model is of a custom module that is not converted to layers.</exception>
        public static Options ContinueFrom(SnipPredictor model) => new()
        {
            Network = NetworkDefinition.FromModel(model),
            InitialWeights = NetworkWeights.FromModel(model),
            Mask = PruningMask.FromModel(model),
        };
    }
}

/// <summary>The network of a model.</summary>
public static class ModelNetwork
{
    extension(NetworkDefinition)
    {
        /// <summary>The network of a model.</summary>
        /// <param name="model">The model.</param>
        /// <exception cref="ArgumentException">The model is of a custom module that is not converted to layers.</exception>
        public static NetworkDefinition FromModel(SnipPredictor model) => ModelContent.Of(model).Network.Definition;
    }
}

/// <summary>The weights of a model.</summary>
public static class ModelWeights
{
    extension(NetworkWeights)
    {
        /// <summary>
        /// The weights of a model, by the names of its network's parameters; pruned ones are 0. Data with other classes keep the outputs of
        /// the classes that the model knows; those of new classes start from random values. Pixels are normalised as the model does it.
        /// </summary>
        /// <param name="model">The model.</param>
        /// <exception cref="ArgumentException">The model is of a custom module that is not converted to layers.</exception>
        public static NetworkWeights FromModel(SnipPredictor model)
        {
            SnipModel content = ModelContent.Of(model);
            return new NetworkWeights(content.Network.Vectors.Concat(
                content.Network.Weights.Select(weight => KeyValuePair.Create(weight.Key, weight.Value.ToDense()))))
            {
                Origin = ModelContent.OriginOf(content),
            };
        }
    }
}

/// <summary>The mask of a model.</summary>
public static class ModelMask
{
    extension(PruningMask)
    {
        /// <summary>
        /// The connections that a model has. Data with other classes keep the connections to the classes that the model knows; all
        /// connections to new classes are kept.
        /// </summary>
        /// <param name="model">The model.</param>
        /// <exception cref="ArgumentException">The model is of a custom module that is not converted to layers.</exception>
        public static PruningMask FromModel(SnipPredictor model)
        {
            SnipModel content = ModelContent.Of(model);
            return PruningMask.FromValues(content.Network.Definition.Parameters
                .Where(parameter => parameter.Role == ParameterRole.Weight)
                .Select(parameter =>
                {
                    SparsePattern pattern = content.Network.Weights[parameter.Name].Pattern;
                    var kept = new bool[parameter.Count];
                    Array.ForEach(pattern.Positions(), position => kept[position] = true);
                    return (new PrunableParameter(parameter.Name, [.. parameter.Shape]), kept);
                })).With(ModelContent.OriginOf(content));
        }
    }
}

/// <summary>What the members above have in common.</summary>
internal static class ModelContent
{
    /// <summary>What other data need to know of the model.</summary>
    public static ModelOrigin OriginOf(SnipModel model) => new(model.Classes.Names, model.Normalization);

    /// <exception cref="ArgumentException">The model is of a custom module that is not converted to layers.</exception>
    public static SnipModel Of(SnipPredictor model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Model.Network.Definition.Module is not { } module
            ? model.Model
            : throw new ArgumentException(
                $"The model is of the custom module '{module.RegisteredName}'. Let its ModuleFactory return a module with the trained "
                + "weights instead.",
                nameof(model));
    }
}
