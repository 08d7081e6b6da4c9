using Microsoft.ML.Snip.Networks;

namespace Microsoft.ML.Snip.Formats;

/// <summary>
/// What a model may cost, known before anything of its size is allocated. Together the limits keep a reader below 256 MB whatever a file claims;
/// the writer keeps them too, so that what was written can be read. The largest built-in networks fit even without pruning.
/// </summary>
internal static class ModelLimits
{
    /// <summary>Bytes after the header.</summary>
    public const int MostPayload = 64 << 20;

    /// <summary>Bytes of the decompressed metadata; objects made of it take up to 15 times as much.</summary>
    public const int MostMetadata = 2 << 20;

    /// <summary>Bytes of all arrays of weights, row starts and vectors.</summary>
    public const long MostArrays = 144 << 20;

    /// <summary>Bytes of arrays that any file may ask for, however small it is.</summary>
    public const long FreeArrays = 16 << 20;

    /// <summary>Bytes of arrays that each byte of a file may ask for in addition: far above what trained weights compress to.</summary>
    public const long ArraysPerByte = 1000;

    /// <summary>Bytes of the arrays of a network: a column and a value for each kept weight, a start for each row, the vectors.</summary>
    /// <param name="definition">The network.</param>
    /// <param name="keptCounts">Kept weights of each parameter that is a weight, in the definition's order.</param>
    public static long ArrayBytes(NetworkDefinition definition, IEnumerable<long> keptCounts)
    {
        const int EntrySize = sizeof(int);
        long fixedCount = definition.Parameters.Sum(parameter => parameter.Role == ParameterRole.Weight ? parameter.Shape[0] + 1L : parameter.Count);
        return EntrySize * (fixedCount + (2 * keptCounts.Sum()));
    }

    /// <summary>What is wrong with a model whose arrays take so many bytes in a payload of so many; null if nothing is.</summary>
    public static string? FindExcess(long arrayBytes, long payloadBytes)
    {
        long most = Math.Min(MostArrays, FreeArrays + (ArraysPerByte * payloadBytes));
        return arrayBytes <= most
            ? null
            : $"Its weights and vectors would take {arrayBytes} bytes of memory; {most} is the most for a model of {payloadBytes} bytes.";
    }
}
