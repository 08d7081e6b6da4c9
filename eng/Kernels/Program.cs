using Microsoft.ML.Snip.Kernels;

if (args is not [string folder])
{
    Console.Error.WriteLine("Usage: dotnet run -c Release --project eng/Kernels -- Microsoft.ML.Snip/Sparse/Kernels");
    return 1;
}

foreach ((string name, string text) in KernelSources.All)
{
    File.WriteAllText(Path.Combine(folder, name), text);
    Console.WriteLine(name);
}

return 0;
