namespace Microsoft.ML.Snip.Kernels;

/// <summary>
/// The kernel of the weights' gradients over a tile of some vectors (GradientArguments.cs has its formula). The tile of a row's output
/// gradient stays in registers; each tap has a sum of its own, a vector, and the lanes of many sums are added together at the end.
/// </summary>
/// <param name="vectors">Vectors of a tile, in runs of four.</param>
/// <param name="taps">Taps at a time.</param>
internal sealed class WeightGradientKernelSource(int vectors, int taps)
{
    private const int VectorsOfRun = 4;

    private readonly SourceWriter _writer = new(
        ["System.Runtime.CompilerServices", "Microsoft.ML.Snip.Sparse.Layouts", "Microsoft.ML.Snip.Sparse.Vectors"],
        [$"Vectors of a tile: {vectors}; taps at a time: {taps}. See <see cref=\"GradientArguments\"/> for the formula."]);

    public string Write() => _writer.Kernel($"WeightGradient{vectors}", "GradientArguments* arguments", WriteBody);

    private void WriteBody()
    {
        _writer.Lines(
        [
            "int width = TSimd.Width;", "byte* source = arguments->Source;", "nint elementBytes = arguments->ElementBytes;",
        ]);
        for (int run = 1; run < vectors / VectorsOfRun; run++)
        {
            _writer.Line($"nint run{run} = arguments->Run{run};");
        }

        _writer.Lines(
        [
            "float* memory = stackalloc float[LaneSums<TSimd, TVector>.MemoryLength];",
            "float* sums = LaneSums<TSimd, TVector>.Align(memory);", "float* sum = sums;",
            "float* full = sums + (LaneSums<TSimd, TVector>.Count * width);", "float* gradient = arguments->Gradients;",
            "RowTaps* lastRow = arguments->Rows + arguments->RowCount;",
        ]);
        _writer.Block("for (RowTaps* row = arguments->Rows; row < lastRow; row++)", WriteRow);
        _writer.Line();
        _writer.Line("LaneSums<TSimd, TVector>.AddRest(sums, sum, gradient);");
    }

    private void WriteRow()
    {
        _writer.Line("float* output = arguments->OutputGradients + (row->Output * arguments->OutputStride);");
        for (int vector = 0; vector < vectors; vector++)
        {
            _writer.Line($"TVector y{vector} = TSimd.Load({SourceWriter.Behind("output", vector)});");
        }

        _writer.Lines(
        [
            "int* element = arguments->Elements + row->FirstTap;", "int* last = element + row->TapCount;",
        ]);
        if (taps > 1)
        {
            _writer.Line($"int* lastFull = element + (row->TapCount & ~{taps - 1});");
            WriteLoop($"for (; element < lastFull; element += {taps})", taps);
            _writer.Line();
        }

        WriteLoop("for (; element < last; element++)", 1);
    }

    private void WriteLoop(string head, int count) => _writer.Block(head, () =>
    {
        for (int tap = 0; tap < count; tap++)
        {
            _writer.Line($"byte* x{tap} = source + (element[{tap}] * elementBytes);");
        }

        for (int vector = 0; vector < vectors; vector++)
        {
            for (int tap = 0; tap < count; tap++)
            {
                int run = vector / VectorsOfRun;
                string start = run == 0 ? $"(float*)x{tap}" : $"(float*)(x{tap} + run{run})";
                string x = $"TSimd.Load({SourceWriter.Behind(start, vector % VectorsOfRun)})";
                _writer.Line(vector == 0
                    ? $"TVector product{tap} = TSimd.Multiply(y0, {x});"
                    : $"product{tap} = TSimd.MultiplyAdd(y{vector}, {x}, product{tap});");
            }
        }

        for (int tap = 0; tap < count; tap++)
        {
            _writer.Line($"TSimd.Store(product{tap}, {SourceWriter.Behind("sum", tap)});");
        }

        _writer.Line($"sum += {count} * width;");
        _writer.Block("if (sum >= full)", () => _writer.Lines(
        [
            "LaneSums<TSimd, TVector>.AddFull(sums, sum, gradient);", "gradient += LaneSums<TSimd, TVector>.Count;",
            "sum -= LaneSums<TSimd, TVector>.Count * width;",
        ]));
    });
}
