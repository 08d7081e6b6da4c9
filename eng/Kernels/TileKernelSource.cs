namespace Microsoft.ML.Snip.Kernels;

/// <summary>
/// The kernel of a tile of some vectors (TileArguments.cs has its formula). Each weight has a sum for each vector; several weights at a
/// time have sums of their own, because additions to one sum wait for each other, and the sums are added at the end.
/// </summary>
/// <param name="vectors">Vectors of a tile, in runs of four.</param>
/// <param name="weights">Weights at a time: a power of two.</param>
internal sealed class TileKernelSource(int vectors, int weights)
{
    private const int VectorsOfRun = 4;

    private readonly SourceWriter _writer = new(
        ["System.Runtime.CompilerServices", "Microsoft.ML.Snip.Sparse.Layouts", "Microsoft.ML.Snip.Sparse.Vectors"],
        [$"Vectors of a tile: {vectors}; weights at a time: {weights}. See <see cref=\"TileArguments\"/> for the formula."]);

    public string Write() => _writer.Kernel($"Tile{vectors}", "TileArguments* arguments", WriteBody);

    private void WriteBody()
    {
        if (vectors > 1)
        {
            _writer.Line("int width = TSimd.Width;");
        }

        _writer.Lines(["byte* source = arguments->Source;", "nint elementBytes = arguments->ElementBytes;"]);
        for (int run = 1; run < vectors / VectorsOfRun; run++)
        {
            _writer.Line($"nint run{run} = arguments->Run{run};");
        }

        _writer.Lines(
        [
            "RowTaps* lastRow = arguments->Rows + arguments->RowCount;",
            "TVector floor = TSimd.Broadcast(arguments->Floor);",
        ]);
        _writer.Block("for (RowTaps* row = arguments->Rows; row < lastRow; row++)", WriteRow);
    }

    private void WriteRow()
    {
        _writer.Line("float* destination = arguments->Destination + (row->Output * arguments->DestinationStride);");
        _writer.Line($"TVector {string.Join(", ", SumsOf(0))};");
        _writer.Block(
            "if (arguments->Bias == null)",
            () => ForEachVector(vector => $"{Sum(0, vector)} = TSimd.Load({SourceWriter.Behind("destination", vector)});"));
        _writer.Block("else", () =>
        {
            _writer.Line($"{Sum(0, 0)} = TSimd.Broadcast(arguments->Bias[row->Output]);");
            for (int vector = 1; vector < vectors; vector++)
            {
                _writer.Line($"{Sum(0, vector)} = {Sum(0, 0)};");
            }
        });
        _writer.Line();
        for (int weight = 1; weight < weights; weight++)
        {
            _writer.Line($"TVector {string.Join(", ", SumsOf(weight).Select(sum => $"{sum} = TSimd.Zero"))};");
        }

        _writer.Lines(
        [
            "int* element = arguments->Elements + row->FirstTap;", "float* weight = arguments->Weights + row->FirstTap;",
            "int* last = element + row->TapCount;",
        ]);
        if (weights > 1)
        {
            _writer.Line($"int* lastFull = element + (row->TapCount & ~{weights - 1});");
            _writer.Block($"for (; element < lastFull; element += {weights}, weight += {weights})", () =>
            {
                for (int weight = 0; weight < weights; weight++)
                {
                    WriteTap(weight, $"{weight}", sums: weight);
                }
            });
            _writer.Line();
        }

        _writer.Block("for (; element < last; element++, weight++)", () => WriteTap(0, string.Empty, sums: 0));
        _writer.Line();
        for (int half = weights / 2; half > 0; half /= 2)
        {
            for (int weight = 0; weight < half; weight++)
            {
                int one = weight, other = weight + half;
                ForEachVector(vector => $"{Sum(one, vector)} = TSimd.Add({Sum(one, vector)}, {Sum(other, vector)});");
            }
        }

        ForEachVector(vector => $"TSimd.Store(TSimd.Max(floor, {Sum(0, vector)}), {SourceWriter.Behind("destination", vector)});");
    }

    private void WriteTap(int tap, string suffix, int sums)
    {
        _writer.Line($"byte* x{suffix} = source + (element[{tap}] * elementBytes);");
        _writer.Line($"TVector factor{suffix} = TSimd.Broadcast(weight[{tap}]);");
        ForEachVector(vector =>
        {
            int run = vector / VectorsOfRun;
            string start = run == 0 ? $"(float*)x{suffix}" : $"(float*)(x{suffix} + run{run})";
            string place = SourceWriter.Behind(start, vector % VectorsOfRun);
            return $"{Sum(sums, vector)} = TSimd.MultiplyAdd(factor{suffix}, TSimd.Load({place}), {Sum(sums, vector)});";
        });
    }

    private void ForEachVector(Func<int, string> statement) => _writer.Lines(Enumerable.Range(0, vectors).Select(statement));

    private IEnumerable<string> SumsOf(int weight) => Enumerable.Range(0, vectors).Select(vector => Sum(weight, vector));

    /// <summary>The sum of a weight (of those at a time) in a vector.</summary>
    private string Sum(int weight, int vector) => weights == 1 ? $"sum{vector}" : $"sum{weight}{(char)('a' + vector)}";
}
