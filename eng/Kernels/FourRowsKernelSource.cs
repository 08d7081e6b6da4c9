namespace Microsoft.ML.Snip.Kernels;

/// <summary>The kernel of four outputs that share their inputs (FourRows.cs has its formula), some vectors at a time.</summary>
/// <param name="vectors">Vectors at a time.</param>
/// <param name="registers">Vector registers of the machines it is for.</param>
internal sealed class FourRowsKernelSource(int vectors, int registers)
{
    private const int Outputs = 4;

    private readonly SourceWriter _writer = new(
        ["System.Runtime.CompilerServices", "Microsoft.ML.Snip.Sparse.Layouts", "Microsoft.ML.Snip.Sparse.Vectors"],
        [
            $"Four outputs by {vectors} vectors at a time, so that each loaded input is multiplied four times; see",
            $"<see cref=\"FourRows\"/> for the formula. For machines with {registers} registers.",
        ]);

    public string Write() =>
        _writer.Kernel(
            $"FourRows{vectors}", "FourRows rows, float* weights, float* source, float* destination, nint destinationStride, float* bias",
            WriteBody);

    private void WriteBody()
    {
        _writer.Lines(
        [
            "int width = TSimd.Width;",
            "int* element = rows.Elements.Pointer;",
            "float* weight = weights;",
            "FourOutputs* last = rows.Outputs.Pointer + rows.Outputs.Length;",
        ]);
        _writer.Block("for (FourOutputs* outputs = rows.Outputs.Pointer; outputs < last; outputs++)", () =>
        {
            ForEachOutput(output => [$"float* y{output} = destination + (outputs->Output{output} * destinationStride);"]);
            ForEachOutput(output => [$"TVector {string.Join(", ", SumsOf(output))};"]);
            _writer.Block("if (bias == null)", () => ForEachOutput(
                output => SumsOf(output).Select((sum, vector) => $"{sum} = TSimd.Load({SourceWriter.Behind($"y{output}", vector)});")));
            _writer.Block("else", () => ForEachOutput(
                output => [$"{string.Join(" = ", SumsOf(output))} = TSimd.Broadcast(bias[outputs->Output{output}]);"]));
            _writer.Line();
            _writer.Block("for (int* end = element + outputs->TapCount; element < end; element++, weight += 4)", WriteTap);
            _writer.Line();
            ForEachOutput(
                output => SumsOf(output).Select((sum, vector) => $"TSimd.Store({sum}, {SourceWriter.Behind($"y{output}", vector)});"));
        });
    }

    private void WriteTap()
    {
        _writer.Line("float* x = source + *element;");
        _writer.Lines(
            Enumerable.Range(0, vectors).Select(vector => $"TVector x{Letter(vector)} = TSimd.Load({SourceWriter.Behind("x", vector)});"));
        ForEachOutput(output =>
        [
            $"TVector weight{output} = TSimd.Broadcast(weight[{output}]);",
            .. SumsOf(output).Select((sum, vector) => $"{sum} = TSimd.MultiplyAdd(weight{output}, x{Letter(vector)}, {sum});"),
        ]);
    }

    private void ForEachOutput(Func<int, IEnumerable<string>> statements)
    {
        for (int output = 0; output < Outputs; output++)
        {
            _writer.Lines(statements(output));
        }
    }

    private IEnumerable<string> SumsOf(int output) => Enumerable.Range(0, vectors).Select(vector => $"sum{output}{Letter(vector)}");

    private static char Letter(int vector) => (char)('a' + vector);
}
