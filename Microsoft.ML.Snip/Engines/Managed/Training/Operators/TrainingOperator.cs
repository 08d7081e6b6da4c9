namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>One layer in training. The lanes behind the last image hold numbers without a meaning, and their gradients are 0.</summary>
internal abstract class TrainingOperator
{
    /// <summary>Computes the output's values from the input's.</summary>
    /// <param name="block">The block of images.</param>
    /// <param name="learns">Whether a backward pass follows; false to evaluate.</param>
    public abstract void Forward(ImageBlock block, bool learns);

    /// <summary>
    /// Adds the gradients of its parameters, and computes the input's gradients if it has them, from the output's gradients.
    /// </summary>
    public abstract void Backward(ImageBlock block);
}

/// <summary>A block of images that are processed side by side.</summary>
/// <param name="Images">The number of images.</param>
/// <param name="Lanes">The number of lanes: at least that of images, and a multiple of the vector's width.</param>
internal readonly record struct ImageBlock(int Images, int Lanes);
