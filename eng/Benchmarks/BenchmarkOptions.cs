using System.Globalization;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Benchmarks;

/// <summary>What the command line says.</summary>
internal sealed record BenchmarkOptions(string Filter, bool Quick, string Data, int[] Threads, VectorPath? Path)
{
    public const string Usage = """
        Usage, with FOLDER the one that holds Fashion-MNIST's .gz files:
          inference --data FOLDER [OPTIONS]                   prediction against dense peers
          steps     --data FOLDER [OPTIONS]                   where a prediction's time goes
          training  --data FOLDER [OPTIONS]                   training steps against TorchSharp
          accuracy  --data FOLDER                             test accuracy with either engine
          imbalance --data FOLDER                             rare classes, with and without class weights
          twelve-fits managed|torch                           memory after fits of all kinds
          streaming PICTURE-FOLDER 500000                     a fit on generated pictures that do not fit
          defaults [NETWORK]                                  every network from its defaults
          transform --data FOLDER                             10,000 rows through a data view
          soak      --data FOLDER                             eight threads predict for 30 s
          sensitivity [BATCH-SIZE, default 128]               scoring against a forward and backward pass
          recipe    [LEARNING-RATE, by default the default]   accuracy by sparsity and number of classes
          startup   --data FOLDER [NATIVE-SCOREONLY]          process start to first prediction
        OPTIONS are [--filter TEXT] [--quick] [--threads 1,2] [--path Vector256].
        """;

    public static BenchmarkOptions Parse(ReadOnlySpan<string> arguments)
    {
        var options = new BenchmarkOptions("", false, "", [1, 2], null);
        for (int at = 0; at < arguments.Length; at++)
        {
            options = arguments[at] switch
            {
                "--quick" => options with { Quick = true },
                "--filter" when at + 1 < arguments.Length => options with { Filter = arguments[++at] },
                "--data" when at + 1 < arguments.Length => options with { Data = arguments[++at] },
                "--threads" when at + 1 < arguments.Length =>
                    options with { Threads = Array.ConvertAll(arguments[++at].Split(','), count =>
                        int.Parse(count, CultureInfo.InvariantCulture)) },
                "--path" when at + 1 < arguments.Length =>
                    options with { Path = Enum.Parse<VectorPath>(arguments[++at], ignoreCase: true) },
                _ => throw new ArgumentException($"'{arguments[at]}' is no option. {Usage}"),
            };
        }

        return options.Data.Length > 0 ? options : throw new ArgumentException(Usage);
    }
}
