using Microsoft.ML.Snip.Engines.Torch.Modules;
using Microsoft.ML.Snip.Engines.Torch.Runtime;
using Microsoft.ML.Snip.Pruning;
using Microsoft.ML.Snip.Pruning.Criteria;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>
/// Connection sensitivity, SNIP's measure of the influence of each connection on the loss before training (Lee, Ajanthan, Torr: "SNIP:
/// Single-shot Network Pruning based on Connection Sensitivity", ICLR 2019, equations 2 to 4). Each weight is multiplied by an indicator c,
/// so the effective weight is c * w. The score is s = |dL/dc| / sum |dL/dc| at c = 1, where L is the mean softmax cross-entropy over the
/// examples, without weight decay. Because dL/dc = w * dL/dw, one forward and one backward pass of the unchanged network give all scores;
/// indicators are never stored.
/// </summary>
/// <remarks>
/// Works for any module with logits as its output. The module is scored in evaluation mode and its state is restored afterwards:
/// parameters, gradients, training flags, requires_grad and running statistics. The state of torch is restored too. The methods may be
/// called inside no_grad or inference_mode, but a module whose parameters were created in inference mode cannot be scored. Modules and
/// batches must be on the same device, which the caller chooses. Where libtorch computes wrong convolutions (docs/numerics.md), oneDNN is
/// switched off in the process during scoring.
/// </remarks>
public static class ConnectionSensitivity
{
    private static readonly ScoreAdvice Advice = new(
        "gradient dL/dc = w * dL/dw",
        "The loss or its gradient overflowed or is undefined: check that inputs and weights are finite, normalise the inputs "
        + "(mean 0, standard deviation 1), or use smaller initial weights.",
        "No connection has any influence on the loss: all weights are 0, the signal vanishes in the network (dead units, initial "
        + "weights too small), all inputs are 0 or equal, or the output does not depend on the prunable parameters. Check the inputs, or "
        + "use other initial weights.");

    /// <summary>Scores each prunable connection on one batch.</summary>
    /// <param name="network">
    /// Any module that takes <paramref name="inputs"/> and returns logits [batch, classes], with parameters of Float32 or Float64.
    /// </param>
    /// <param name="inputs">
    /// A batch of examples, [batch, ...]. The paper uses one batch of 100 (MNIST) or 128 (CIFAR) without augmentation.
    /// </param>
    /// <param name="labels">The classes of the examples, a tensor [batch] of integers in [0, classes).</param>
    /// <param name="includeBiases">
    /// Whether biases are prunable too (the authors' convention; biases that are 0 have score 0, so they are pruned first). By default only
    /// weights are prunable: trainable parameters with two or more dimensions that do not belong to a normalisation or embedding.
    /// </param>
    /// <param name="isPrunable">
    /// Selects parameters by name: a parameter for which it returns false is not pruned. By default all are selected.
    /// </param>
    /// <param name="batchStatistics">
    /// Whether batch norms use the statistics of the batch. By default they use their running statistics, as in the authors' code.
    /// </param>
    /// <returns>One score for each connection, summing to 1.</returns>
    /// <exception cref="ArgumentException">Nothing is prunable, labels are not integers, or logits and labels do not match.</exception>
    /// <exception cref="InvalidOperationException">
    /// A gradient is not finite, or all gradients are 0; the message says what to do.
    /// </exception>
    public static PruningScores Score(
        nn.Module<Tensor, Tensor> network, Tensor inputs, Tensor labels, bool includeBiases = false, Func<string, bool>? isPrunable = null,
        bool batchStatistics = false)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(labels);
        return Score(network, [(inputs, labels)], includeBiases, isPrunable, batchStatistics);
    }

    /// <summary>
    /// Scores each prunable connection on several batches: the signed gradients of the batches are added before absolute values are taken,
    /// so that the scores are those of one large batch (as in the authors' later code, Lee et al., "A Signal Propagation Perspective for
    /// Pruning Neural Networks at Initialization", ICLR 2020).
    /// </summary>
    /// <param name="network">
    /// Any module that takes a batch's inputs and returns logits [batch, classes], with parameters of Float32 or Float64.
    /// </param>
    /// <param name="batches">
    /// Inputs [batch, ...] and integer classes [batch] of each batch. Batch sizes may differ: each example counts once. The caller still
    /// owns the tensors.
    /// </param>
    /// <param name="includeBiases">Whether biases are prunable too; by default only weights are.</param>
    /// <param name="isPrunable">
    /// Selects parameters by name: a parameter for which it returns false is not pruned. By default all are selected.
    /// </param>
    /// <param name="batchStatistics">
    /// Whether batch norms use the statistics of each batch. By default they use their running statistics.
    /// </param>
    /// <returns>One score for each connection, summing to 1.</returns>
    /// <exception cref="ArgumentException">
    /// Nothing is prunable, there is no example, labels are not integers, or logits and labels do not match.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// A gradient is not finite, or all gradients are 0; the message says what to do.
    /// </exception>
    public static PruningScores Score(
        nn.Module<Tensor, Tensor> network, IEnumerable<(Tensor Inputs, Tensor Labels)> batches, bool includeBiases = false,
        Func<string, bool>? isPrunable = null, bool batchStatistics = false)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(batches);
        List<(string Name, Parameter Parameter)> prunable = ParameterSelection.Choose(network, includeBiases, isPrunable);
        using TorchState state = TorchState.Enter();
        using IDisposable? oneDnnOff = network is TorchNetwork ? null : ConvolutionCheck.SwitchOneDnnOffWhereWrong();
        using var guard = new ModuleStateGuard(network);
        guard.CollectGradientsOf(prunable.Select(entry => entry.Parameter));
        guard.Evaluate(batchStatistics);

        long examples = 0;
        foreach ((Tensor inputs, Tensor labels) in batches)
        {
            AddGradients(network, inputs, labels);
            examples += labels.numel();
        }

        if (examples == 0)
        {
            throw new ArgumentException("Scoring needs at least one example.", nameof(batches));
        }

        return TensorScores.Normalize(prunable, index => TakeSensitivity(prunable[index].Parameter), examples, Advice);
    }

    /// <summary>Adds the gradient of the batch's summed loss to the parameters' gradients.</summary>
    private static void AddGradients(nn.Module<Tensor, Tensor> network, Tensor inputs, Tensor labels)
    {
        if (!labels.is_integral())
        {
            throw new ArgumentException(
                $"Labels must be class indices, a tensor of integers such as Int64; the type of the labels is {labels.dtype}.");
        }

        using TorchState state = TorchState.Enter(); // Again, because the enumeration of the batches may be inside its own no_grad.
        using var scope = NewDisposeScope();
        // Copies, because tensors created in inference mode cannot be saved for the backward pass.
        Tensor logits = network.call(inputs.detach().clone());
        Tensor classes = labels.detach().to(ScalarType.Int64, copy: true);
        CheckLabels(logits, classes);
        Tensor loss = nn.functional.cross_entropy(logits, classes, reduction: nn.Reduction.Sum);
        if (!loss.requires_grad)
        {
            throw new InvalidOperationException(
                "For autograd the network's output does not depend on its prunable parameters: its forward method detaches tensors, "
                + "disables gradients, or runs in inference mode.");
        }

        loss.backward();
    }

    private static void CheckLabels(Tensor logits, Tensor classes)
    {
        if (logits.dim() != 2 || classes.dim() != 1 || logits.shape[0] != classes.shape[0])
        {
            throw new ArgumentException(
                $"Scoring needs logits [batch, classes] and labels [batch]; the network returns [{string.Join(", ", logits.shape)}] "
                + $"and the labels are [{string.Join(", ", classes.shape)}].");
        }

        if (classes.numel() > 0 && (classes.min().item<long>() < 0 || classes.max().item<long>() >= logits.shape[1]))
        {
            throw new ArgumentException(
                $"Labels must be in [0, {logits.shape[1]}), because the network has {logits.shape[1]} outputs; the labels are from "
                + $"{classes.min().item<long>()} to {classes.max().item<long>()}.");
        }
    }

    /// <summary>|w * dL/dw|, computed in the memory of the gradient, which is detached from the parameter.</summary>
    private static Tensor? TakeSensitivity(Parameter parameter)
    {
        using (no_grad())
        {
            Tensor? gradient = parameter.grad;
            parameter.grad = null;
            return gradient?.mul_(parameter).abs_();
        }
    }
}
