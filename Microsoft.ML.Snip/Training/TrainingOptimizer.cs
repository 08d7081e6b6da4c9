namespace Microsoft.ML.Snip;

/// <summary>How gradients become training steps. Either moves kept weights alone.</summary>
/// <remarks>
/// An enumeration and not a class to derive from: each training engine computes the step in its own memory, together with the mask. What is
/// to be set are <see cref="PrunedImageClassificationTrainer.Options.LearningRate"/>, its schedule, momentum and weight decay.
/// </remarks>
public enum TrainingOptimizer
{
    /// <summary>Stochastic gradient descent with momentum, the paper's for fully connected and convolutional networks.</summary>
    Sgd,

    /// <summary>
    /// Adam (Kingma and Ba, ICLR 2015, algorithm 1), with the momentum as beta 1 and a beta 2 of 0.999: each weight's step is scaled to the
    /// size of its own gradients. Recurrent networks learn faster with it.
    /// </summary>
    Adam,
}
