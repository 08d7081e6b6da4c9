using System.Runtime.InteropServices;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Formats.Checkpoints;

/// <summary>
/// The numbers of a network in a checkpoint: the mask of each masked parameter, one bit for each connection, the lowest bit of a byte
/// first; then the values, means and mean squares of each parameter as 32-bit numbers, little-endian; then the bytes of each buffer.
/// </summary>
internal static class NetworkNumbers
{
    /// <summary>How many bytes the numbers of a network take.</summary>
    /// <exception cref="OverflowException">More than a file can have.</exception>
    public static long CountBytes(NetworkStateDocument network) => checked(
        network.Masks.Sum(mask => CountMaskBytes(mask.Count))
        + (sizeof(float) * network.Parameters.Sum(parameter => (long)parameter.Values + parameter.Means + parameter.MeanSquares))
        + network.Buffers.Sum(buffer => (long)buffer.Bytes));

    public static void Write(Stream stream, NetworkStateDocument document, NetworkState state)
    {
        foreach (PrunableParameter mask in document.Masks)
        {
            stream.Write(Pack(state.Mask.KeptOf(mask.Name)));
        }

        foreach (ParameterDocument parameter in document.Parameters)
        {
            ParameterState numbers = state.Parameters[parameter.Name];
            Write(stream, numbers.Values);
            Write(stream, numbers.Means);
            Write(stream, numbers.MeanSquares);
        }

        foreach (BufferDocument buffer in document.Buffers)
        {
            stream.Write(state.Buffers[buffer.Name]);
        }
    }

    /// <exception cref="ArgumentException">The masks or the names are impossible.</exception>
    public static NetworkState Read(Stream stream, NetworkStateDocument document)
    {
        var mask = PruningMask.FromValues(
            [.. document.Masks.Select(parameter => (parameter, ReadMask(stream, checked((int)parameter.Count))))]);
        var parameters = new Dictionary<string, ParameterState>(StringComparer.Ordinal);
        foreach (ParameterDocument parameter in document.Parameters)
        {
            parameters.Add(parameter.Name, new ParameterState(
                ReadNumbers(stream, parameter.Values), ReadNumbers(stream, parameter.Means), ReadNumbers(stream, parameter.MeanSquares)));
        }

        var buffers = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (BufferDocument buffer in document.Buffers)
        {
            var bytes = new byte[buffer.Bytes];
            stream.ReadExactly(bytes);
            buffers.Add(buffer.Name, bytes);
        }

        return new NetworkState(document.Step, mask, parameters, buffers);
    }

    private static long CountMaskBytes(long connections) => (connections + 7) / 8;

    private static byte[] Pack(ReadOnlySpan<bool> kept)
    {
        var bits = new byte[CountMaskBytes(kept.Length)];
        for (int index = 0; index < kept.Length; index++)
        {
            bits[index / 8] |= (byte)(kept[index] ? 1 << (index % 8) : 0);
        }

        return bits;
    }

    private static bool[] ReadMask(Stream stream, int connections)
    {
        var bits = new byte[CountMaskBytes(connections)];
        stream.ReadExactly(bits);
        var kept = new bool[connections];
        for (int index = 0; index < connections; index++)
        {
            kept[index] = (bits[index / 8] >> (index % 8) & 1) == 1;
        }

        return kept;
    }

    private static void Write(Stream stream, float[] numbers) => stream.Write(MemoryMarshal.AsBytes<float>(InFileOrder(numbers)));

    private static float[] ReadNumbers(Stream stream, int count)
    {
        var numbers = new float[count];
        stream.ReadExactly(MemoryMarshal.AsBytes(numbers.AsSpan()));
        return InFileOrder(numbers);
    }

    /// <summary>The numbers with their bytes in the order of the file: unchanged but on big-endian machines.</summary>
    private static float[] InFileOrder(float[] numbers) => BitConverter.IsLittleEndian
        ? numbers
        : Array.ConvertAll(numbers, number => BitConverter.UInt32BitsToSingle(
            System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(BitConverter.SingleToUInt32Bits(number))));
}
