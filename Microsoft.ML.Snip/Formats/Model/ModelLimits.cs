using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Formats.Model;

/// <summary>
/// What a model may cost, known before anything of its size is allocated: a file comes from strangers, and a small one must not take much
/// memory or time, in loading or in prediction. The writer keeps the same limits, so that what was written can be read, and a fit asks
/// before it trains.
/// </summary>
internal static class ModelLimits
{
    /// <summary>Bytes after the header.</summary>
    public const int MaxPayload = 1 << 30;

    /// <summary>Bytes of the decompressed metadata; objects made of it take up to 15 times as much.</summary>
    public const int MaxMetadata = 2 << 20;

    /// <summary>Bytes of all arrays of weights, row starts and vectors.</summary>
    public const long MaxArrays = 2L << 30;

    /// <summary>Bytes of arrays that any file may ask for, however small it is.</summary>
    public const long FreeArrays = 2 << 20;

    /// <summary>Bytes of arrays that each byte of a file may ask for in addition: far above what trained weights compress to.</summary>
    public const long ArraysPerByte = 20;

    /// <summary>Numbers of an image, all channels together: three channels of 3,344 x 3,344 pixels.</summary>
    public const int MaxImageNumbers = 1 << 25;

    /// <summary>Numbers of all layers' outputs for one image: 1 GiB.</summary>
    public const double MaxActivations = 1 << 28;

    /// <summary>Numbers of <see cref="NetworkCost.CountWindow"/>: half a GiB of scratch memory, for kernels of over 100 x 100.</summary>
    public const double MaxWindow = 1 << 23;

    /// <summary>Operations for one image: a few minutes on one processor core.</summary>
    public const double MaxOperations = 1e12;

    /// <summary>Operations for one image that any file may ask for, however small it is: a second or two.</summary>
    public const double FreeOperations = 2e9;

    /// <summary>
    /// Operations that each byte of a file may ask for in addition: a kept weight takes three, and may be used at a million positions of a
    /// map.
    /// </summary>
    public const double OperationsPerByte = 4e5;

    /// <summary>A kept weight's least bytes in a file: the sign and the mantissa of trained weights do not compress.</summary>
    private const long MinBytesOfWeight = 3;

    /// <summary>Says before a fit trains a network whether its model could be saved.</summary>
    /// <param name="network">The network.</param>
    /// <param name="report">What pruning has kept of it; null if it is not pruned yet, for what can be said from its shapes alone.</param>
    /// <exception cref="ArgumentException">It could not; the message says which limit stands in the way.</exception>
    public static void Check(NetworkDefinition network, PruningReport? report = null)
    {
        Dictionary<string, long> kept = report is null
            ? []
            : report.Layers.ToDictionary(layer => layer.Name, layer => layer.Kept, StringComparer.Ordinal);
        long KeptOf(NetworkParameter parameter) => kept.GetValueOrDefault(parameter.Name);
        long max = report is null ? MaxPayload : kept.Values.Sum() * MinBytesOfWeight;
        if (FindExcess(network, KeptOf, max) is { } excess)
        {
            throw new ArgumentException($"Network '{network.Name}' is too large: its model could not be saved. {excess}");
        }
    }

    /// <summary>What is too much about a model of a network in a payload of so many bytes; null if nothing is.</summary>
    /// <param name="network">The network.</param>
    /// <param name="keptOf">How many weights a parameter keeps.</param>
    /// <param name="payloadBytes">Bytes of the payload.</param>
    public static string? FindExcess(NetworkDefinition network, Func<NetworkParameter, long> keptOf, long payloadBytes)
    {
        if (network.InputShape.Count > MaxImageNumbers)
        {
            return $"An image of {network.InputShape} has {network.InputShape.Count} numbers; {MaxImageNumbers} is the most.";
        }

        double activations = NetworkCost.CountActivations(network);
        if (activations > MaxActivations)
        {
            return FormattableString.Invariant(
                $"For one image its layers give {activations:F0} numbers in all; {MaxActivations:F0} is the most. Smaller images or an earlier pooling help.");
        }

        double window = NetworkCost.CountWindow(network);
        if (window > MaxWindow)
        {
            return FormattableString.Invariant(
                $"A kernel's positions times the width of its output and 256 are {window:F0}; {MaxWindow:F0} is the most. Smaller kernels help.");
        }

        double operations = NetworkCost.CountOperations(network, keptOf);
        if (operations > MaxOperations)
        {
            return FormattableString.Invariant($"One image would take {operations:E1} operations; {MaxOperations:E1} is the most.");
        }

        long arrayBytes = CountArrayBytes(network, keptOf);
        if (arrayBytes > MaxArrays)
        {
            return $"Its weights and vectors would take {arrayBytes} bytes of memory; {MaxArrays} is the most.";
        }

        return FindDisproportion(operations, arrayBytes, payloadBytes);
    }

    /// <summary>Bytes of the arrays of a network: a column and a value for each kept weight, a start for each row, the vectors.</summary>
    /// <param name="network">The network.</param>
    /// <param name="keptOf">How many weights a parameter keeps.</param>
    public static long CountArrayBytes(NetworkDefinition network, Func<NetworkParameter, long> keptOf)
    {
        const int EntrySize = sizeof(int);
        return EntrySize * network.Parameters.Sum(
            parameter => parameter.Role == ParameterRole.Weight ? parameter.Shape[0] + 1L + (2 * keptOf(parameter)) : parameter.Count);
    }

    /// <summary>What a model takes far more of than trained weights that fill so many bytes do; null if nothing.</summary>
    private static string? FindDisproportion(double operations, long arrayBytes, long payloadBytes)
    {
        double maxOperations = FreeOperations + (OperationsPerByte * payloadBytes);
        if (operations > maxOperations)
        {
            return FormattableString.Invariant(
                $"One image would take {operations:E1} operations; {maxOperations:E1} is the most for a model of {payloadBytes} bytes.");
        }

        long maxArrays = FreeArrays + (ArraysPerByte * payloadBytes);
        return arrayBytes <= maxArrays
            ? null
            : $"Its weights and vectors would take {arrayBytes} bytes of memory; {maxArrays} is the most for a model of {payloadBytes} bytes.";
    }
}
