using System.Globalization;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>
/// Limits for the cost of a model, checked before memory of its size is allocated: files are not trusted, and a small file must not take
/// much memory or time, neither for loading nor for prediction. The writer checks the same limits, so that written models can be read, and
/// a fit checks them before it trains.
/// </summary>
internal static class ModelLimits
{
    /// <summary>The maximum number of bytes after the header.</summary>
    public const int MaxPayload = 1 << 30;

    /// <summary>
    /// The maximum number of bytes of the decompressed metadata; the objects created from them take up to 15 times as much.
    /// </summary>
    public const int MaxMetadata = 2 << 20;

    /// <summary>The maximum number of bytes of all arrays of weights, row starts and vectors.</summary>
    public const long MaxArrays = 2L << 30;

    /// <summary>The number of bytes of arrays that every file may need, however small it is.</summary>
    public const long FreeArrays = 2 << 20;

    /// <summary>The additional number of bytes of arrays for each byte of a file, far more than trained weights need.</summary>
    public const long ArraysPerByte = 20;

    /// <summary>The maximum number of values of an image, all channels together: three channels of 3,344 x 3,344 pixels.</summary>
    public const int MaxImageNumbers = 1 << 25;

    /// <summary>The maximum number of values of all layers' outputs for one image: 1 GiB.</summary>
    public const double MaxActivations = 1 << 28;

    /// <summary>
    /// The maximum of <see cref="NetworkCost.CountWindow"/>: half a GiB of scratch memory, for kernels of over 100 x 100.
    /// </summary>
    public const double MaxWindow = 1 << 23;

    /// <summary>The maximum number of operations for one image: a few minutes on one processor core.</summary>
    public const double MaxOperations = 1e12;

    /// <summary>The number of operations for one image that every file may need, however small it is: a second or two.</summary>
    public const double FreeOperations = 2e9;

    /// <summary>
    /// The additional number of operations for each byte of a file: a kept weight takes three bytes, and may be used at a million positions
    /// of a map.
    /// </summary>
    public const double OperationsPerByte = 4e5;

    /// <summary>
    /// The minimum number of bytes of a kept weight in a file: the sign and the mantissa of trained weights do not compress.
    /// </summary>
    private const long MinBytesOfWeight = 3;

    /// <summary>Checks before training whether the model of a network can be saved.</summary>
    /// <param name="network">The network.</param>
    /// <param name="report">The pruning report; null before pruning, to check only the limits that depend on the shapes.</param>
    /// <exception cref="ArgumentException">The model cannot be saved; the message names the exceeded limit.</exception>
    public static void Check(NetworkDefinition network, PruningReport? report = null)
    {
        Dictionary<string, long> kept = report is null
            ? []
            : report.Layers.ToDictionary(layer => layer.Name, layer => layer.Kept, StringComparer.Ordinal);
        long KeptOf(NetworkParameter parameter) => kept.GetValueOrDefault(parameter.Name);
        long max = report is null ? MaxPayload : kept.Values.Sum() * MinBytesOfWeight;
        if (FindExcess(network, KeptOf, max) is { } excess)
        {
            throw new ArgumentException($"Network '{network.Name}' is too large: its model cannot be saved. {excess}");
        }
    }

    /// <summary>The limit that a network's model with a payload of the given size exceeds, as a message; null if there is none.</summary>
    /// <param name="network">The network.</param>
    /// <param name="keptOf">The number of weights that a parameter keeps.</param>
    /// <param name="payloadBytes">The number of bytes of the payload.</param>
    public static string? FindExcess(NetworkDefinition network, Func<NetworkParameter, long> keptOf, long payloadBytes)
    {
        if (network.InputShape.Count > MaxImageNumbers)
        {
            return $"An image of {network.InputShape} has {network.InputShape.Count} values; the maximum is {MaxImageNumbers}.";
        }

        double activations = NetworkCost.CountActivations(network);
        if (activations > MaxActivations)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"For one image its layers have {activations:F0} output values in total; the maximum is {MaxActivations:F0}. Use smaller "
                + $"images or pool earlier.");
        }

        double window = NetworkCost.CountWindow(network);
        if (window > MaxWindow)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"For a convolution, the number of kernel positions times (output width + 256) is {window:F0}; the maximum is "
                + $"{MaxWindow:F0}. Use smaller kernels.");
        }

        double operations = NetworkCost.CountOperations(network, keptOf);
        if (operations > MaxOperations)
        {
            return FormattableString.Invariant($"One image needs {operations:E1} operations; the maximum is {MaxOperations:E1}.");
        }

        long arrayBytes = CountArrayBytes(network, keptOf);
        if (arrayBytes > MaxArrays)
        {
            return $"Its weights and vectors need {arrayBytes} bytes of memory; the maximum is {MaxArrays}.";
        }

        return FindDisproportion(operations, arrayBytes, payloadBytes);
    }

    /// <summary>
    /// The number of bytes of a network's arrays: a column and a value for each kept weight, a start for each row, and the vectors.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="keptOf">The number of weights that a parameter keeps.</param>
    public static long CountArrayBytes(NetworkDefinition network, Func<NetworkParameter, long> keptOf)
    {
        const int EntrySize = sizeof(int);
        return EntrySize * network.Parameters.Sum(
            parameter => parameter.Role == ParameterRole.Weight ? parameter.Shape[0] + 1L + (2 * keptOf(parameter)) : parameter.Count);
    }

    /// <summary>The cost that is out of proportion to the size of the payload, as a message; null if there is none.</summary>
    private static string? FindDisproportion(double operations, long arrayBytes, long payloadBytes)
    {
        double maxOperations = FreeOperations + (OperationsPerByte * payloadBytes);
        if (operations > maxOperations)
        {
            return FormattableString.Invariant(
                $"One image needs {operations:E1} operations; the maximum is {maxOperations:E1} for a model of {payloadBytes} bytes.");
        }

        long maxArrays = FreeArrays + (ArraysPerByte * payloadBytes);
        return arrayBytes <= maxArrays
            ? null
            : $"Its weights and vectors need {arrayBytes} bytes of memory; the maximum is {maxArrays} for a model of {payloadBytes} bytes.";
    }
}
