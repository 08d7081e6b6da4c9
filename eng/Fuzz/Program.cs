using System.Globalization;
using Microsoft.ML.Snip.Fuzz;

// Reads damaged model files and says what came of it: dotnet run -c Release --project eng/Fuzz -- [mutations] [seed]
// The exit code is 1 if any made the reader do what it never must: throw anything but FormatException, allocate 256 MB, take 10 seconds, or
// load a model that cannot be saved and loaded again.
int mutations = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
int seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
var summary = new Summary();
using var watch = new HangWatch();
var run = new FuzzRun(summary, watch);
run.Start(mutations, seed);
summary.Print(Console.Out);
return summary.Violations == 0 ? 0 : 1;
