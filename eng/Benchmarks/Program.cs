using Microsoft.ML.Snip.Benchmarks;

if (args is not ["inference", .. var options])
{
    Console.Error.WriteLine(BenchmarkOptions.Usage);
    return 1;
}

new InferenceBenchmark(BenchmarkOptions.Parse(options)).Run();
return 0;
