using System.Collections.Immutable;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>Creates masks from tensors, converts them to tensors, and applies them to the parameters of modules.</summary>
public static class PruningMaskTensors
{
    extension(PruningMask)
    {
        /// <summary>Creates a mask from tensors.</summary>
        /// <param name="masks">
        /// For each masked parameter its name and a tensor of its shape: 0 or false where a connection is pruned, any other value where it
        /// is kept. The tensors may be on any device; the caller still owns them.
        /// </param>
        /// <exception cref="ArgumentException">There are no masks, or a name occurs twice.</exception>
        public static PruningMask FromTensors(IEnumerable<(string Name, Tensor Mask)> masks)
        {
            ArgumentNullException.ThrowIfNull(masks);
            return PruningMask.FromValues(
                masks.Select(entry => (new PrunableParameter(entry.Name, [.. entry.Mask.shape]), ReadKept(entry.Mask))));
        }
    }

    /// <summary>The mask of one parameter as a tensor.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="parameterName">A name of <see cref="PruningMask.Parameters"/>.</param>
    /// <param name="dataType">The element type; values are true or 1 where a connection is kept, false or 0 where it is pruned.</param>
    /// <param name="device">The device of the tensor; by default the CPU.</param>
    /// <returns>A new tensor of the parameter's shape.</returns>
    /// <exception cref="KeyNotFoundException">The mask has no parameter of this name.</exception>
    public static Tensor TensorOf(this PruningMask mask, string parameterName, ScalarType dataType = ScalarType.Bool, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(mask);
        bool[] kept = mask.KeptOf(parameterName).ToArray();
        long[] shape = [.. mask.Parameters.First(parameter => parameter.Name == parameterName).Shape];
        using Tensor values = tensor(kept, shape, ScalarType.Bool, CPU);
        return values.to(dataType, device ?? CPU, copy: true);
    }

    /// <summary>
    /// Sets the pruned weights to exactly 0. The kept weights, and parameters that the mask does not cover, do not change. An optimizer
    /// with momentum or weight decay changes pruned weights again, so a training loop must mask the gradients before each step and call
    /// this method after it.
    /// </summary>
    /// <param name="mask">The mask.</param>
    /// <param name="network">
    /// A module whose parameters have the names and shapes of <see cref="PruningMask.Parameters"/>; they may be on any device.
    /// </param>
    /// <exception cref="ArgumentException">A parameter is missing or has another shape; the network was not changed.</exception>
    public static void ApplyTo(this PruningMask mask, nn.Module network)
    {
        ArgumentNullException.ThrowIfNull(mask);
        using var scope = NewDisposeScope();
        using Scalar zero = 0.ToScalar();
        using (no_grad())
        {
            foreach ((string name, Parameter parameter) in FindIn(network, mask))
            {
                parameter.masked_fill_(mask.TensorOf(name, ScalarType.Bool, parameter.device).logical_not(), zero);
            }
        }
    }

    /// <summary>
    /// Each masked parameter of a network with its mask, a tensor of the parameter's element type on its device, by which masked training
    /// multiplies gradients and weights. The caller disposes the masks; they are not attached to a dispose scope.
    /// </summary>
    /// <exception cref="ArgumentException">A parameter is missing or has another shape.</exception>
    internal static List<(string Name, Parameter Parameter, Tensor Mask)> BindTo(this PruningMask mask, nn.Module network) =>
        [.. FindIn(network, mask).Select(entry => (
            entry.Name, entry.Parameter,
            mask.TensorOf(entry.Name, entry.Parameter.dtype, entry.Parameter.device).DetachFromDisposeScope()))];

    private static bool[] ReadKept(Tensor mask)
    {
        using var scope = NewDisposeScope();
        using Scalar zero = 0.ToScalar();
        return mask.detach().ne(zero).cpu().contiguous().data<bool>().ToArray();
    }

    private static List<(string Name, Parameter Parameter)> FindIn(nn.Module network, PruningMask mask)
    {
        ArgumentNullException.ThrowIfNull(network);
        Dictionary<string, Parameter> parameters = network.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        var found = new List<(string Name, Parameter Parameter)>(mask.Parameters.Length);
        foreach ((string name, ImmutableArray<long> shape) in mask.Parameters)
        {
            if (!parameters.TryGetValue(name, out Parameter? parameter))
            {
                throw new ArgumentException(
                    $"The mask has a parameter '{name}' that the network does not have; the network has "
                    + $"{string.Join(", ", parameters.Keys)}.",
                    nameof(network));
            }

            if (!shape.AsSpan().SequenceEqual(parameter.shape))
            {
                throw new ArgumentException(
                    $"The mask of parameter '{name}' has the shape [{string.Join(", ", shape)}], but the network's parameter has "
                    + $"[{string.Join(", ", parameter.shape)}].",
                    nameof(network));
            }

            found.Add((name, parameter));
        }

        return found;
    }
}
