using System.Globalization;
using Microsoft.ML.Snip.Fuzz;

// Reads damaged model files and says what came of it: dotnet run -c Release --project eng/Fuzz -- [mutations] [seed] [first]
// "first" goes on from that mutation: 1235 1 1234 repeats what was reported as mutation 1234 of seed 1.
// The exit code is 1 if any made the library do what it never must: throw anything but FormatException, allocate 256 MB or take a second of
// processor time to load, take 5 seconds to predict an image with a file under 10,000 bytes, or load a model that cannot be saved and
// loaded again.
int mutations = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 100_000;
int seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 1;
int first = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 0;
var summary = new Summary();
using var watch = new HangWatch();
var run = new FuzzRun(summary, watch);
run.Start(mutations, seed, first);
summary.Print(Console.Out);
return summary.Violations == 0 ? 0 : 1;
