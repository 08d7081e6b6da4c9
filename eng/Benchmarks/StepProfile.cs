using System.Globalization;
using System.Runtime.Intrinsics;
using Microsoft.ML.Snip.Benchmarks.Setup;
using Microsoft.ML.Snip.Compaction;
using Microsoft.ML.Snip.Engines.Managed.Planning;
using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Benchmarks;

/// <summary>Where the time of a prediction goes, step by step, beside what the cost model says.</summary>
internal sealed unsafe class StepProfile(BenchmarkOptions options)
{
    /// <summary>The clock rate that the expected times are told for: 3.8 GHz.</summary>
    private const double CyclesPerMicrosecond = 3800;

    public void Run()
    {
        TorchSharp.torch.set_num_threads(1);
        var imageSet = new ImageSet(options.Data);
        foreach (Case @case in Case.All.Where(@case => @case.Name.Contains(options.Filter, StringComparison.OrdinalIgnoreCase)))
        {
            SparseNetwork network = Compactor.Compact(PrunedNetworks.Make(@case, imageSet));
            foreach (int lanes in new[] { 1, Simd512.Width })
            {
                Console.WriteLine($"{@case.Name}, {lanes} lanes");
                Profile(network, lanes);
            }
        }
    }

    private static void Profile(SparseNetwork network, int lanes)
    {
        Plan plan = Planner<Simd512, Vector512<float>>.Build(network, lanes);
        lanes = plan.MaxLanes;
        var workspace = new Workspace();
        float* activations = workspace.Activations(plan.ActivationCapacity * lanes);
        float* scratch = workspace.Scratch(plan.ScratchLength(lanes));
        var random = new Random(1);
        for (long i = 0; i < plan.ActivationCapacity * lanes; i++)
        {
            activations[i] = random.NextSingle();
        }

        int imageLength = network.Definition.InputShape.Count;
        var images = new AlignedArray<float>((long)imageLength * lanes);
        float* input = plan.Input.In(activations, lanes);
        var times = new double[plan.Operators.Length];
        Array.Fill(times, double.MaxValue);
        double layout = double.MaxValue;
        for (int round = 0; round < 150; round++)
        {
            double layoutStart = ThreadClock.Microseconds();
            foreach (NumberRange range in plan.InputRanges)
            {
                Interleave.FromImages(
                    images.Pointer + range.Start, input + ((long)range.Start * lanes), range.Length, imageLength, lanes, lanes);
            }

            layout = Math.Min(layout, ThreadClock.Microseconds() - layoutStart);
            for (int index = 0; index < plan.Operators.Length; index++)
            {
                Operator step = plan.Operators[index];
                double start = ThreadClock.Microseconds();
                for (int part = 0; part < step.PartCount; part++)
                {
                    step.Run(activations, lanes, scratch, part);
                }

                times[index] = Math.Min(times[index], ThreadClock.Microseconds() - start);
            }

            if (round is 30 or 60)
            {
                Thread.Sleep(200);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {layout,9:F1} us                    laying out "
            + $"{plan.InputRanges.Sum(range => range.Length)} of {imageLength} numbers of each image"));
        for (int index = 0; index < plan.Operators.Length; index++)
        {
            Operator step = plan.Operators[index];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"  {times[index],9:F1} us {step.Cycles / CyclesPerMicrosecond,9:F1} expected  {step}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {layout + times.Sum():F1} us in all"));
    }
}
