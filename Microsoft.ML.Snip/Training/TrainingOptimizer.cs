namespace Microsoft.ML.Snip;

/// <summary>The optimization algorithm. Only kept weights are trained.</summary>
/// <remarks>
/// An enumeration and not a class to derive from: each training engine computes the step in its own memory, together with the mask. Its
/// settings are <see cref="PrunedImageClassificationTrainer.Options.LearningRate"/>, its schedule, momentum and weight decay.
/// </remarks>
public enum TrainingOptimizer
{
    /// <summary>Stochastic gradient descent with momentum, used in the SNIP paper for fully connected and convolutional networks.</summary>
    Sgd,

    /// <summary>
    /// Adam (Kingma and Ba, ICLR 2015, algorithm 1), with the momentum as beta 1 and a beta 2 of 0.999: the step of each weight is scaled
    /// by the size of its gradients. Recurrent networks learn faster with it.
    /// </summary>
    Adam,

    /// <summary>
    /// Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019, algorithm 2): the weight decay shrinks the weights directly, by
    /// learning rate * weight decay in each step, instead of being a part of the gradient.
    /// </summary>
    AdamW,
}

/// <summary>What the optimizers have in common.</summary>
internal static class TrainingOptimizers
{
    /// <summary>Whether the optimizer scales steps by a running mean square of the gradients.</summary>
    public static bool HasMeanSquares(this TrainingOptimizer optimizer) => optimizer is TrainingOptimizer.Adam or TrainingOptimizer.AdamW;
}
