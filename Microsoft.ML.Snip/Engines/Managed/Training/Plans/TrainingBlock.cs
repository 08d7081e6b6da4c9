namespace Microsoft.ML.Snip.Engines.Managed.Training.Plans;

/// <summary>
/// A block of images of a batch that are processed side by side, and the memory to do it in. The lanes behind the last image hold numbers
/// without a meaning, and their gradients are 0.
/// </summary>
internal readonly unsafe struct TrainingBlock
{
    /// <summary>The index of the block in the batch.</summary>
    public required int Index { get; init; }

    /// <summary>The index of its first image in the batch.</summary>
    public required int First { get; init; }

    /// <summary>The number of images.</summary>
    public required int Images { get; init; }

    /// <summary>The number of images side by side: at least that of images, and a multiple of the vector's width.</summary>
    public required int Lanes { get; init; }

    /// <summary>Whether a backward pass follows; false to evaluate.</summary>
    public required bool Learns { get; init; }

    /// <summary>The number of the training step, from which dropout draws its random numbers.</summary>
    public required long Step { get; init; }

    /// <summary>The memory that holds all signals.</summary>
    public required float* Activations { get; init; }

    /// <summary>The memory of one operator.</summary>
    public required float* Scratch { get; init; }

    /// <summary>Receives the gradients of the parameters, in the order of the <see cref="Parameters.ParameterSet"/>.</summary>
    public required float* ParameterGradients { get; init; }
}
