using Microsoft.ML.Snip.Fitting;

namespace Microsoft.ML.Snip.Tests.Fitting;

/// <summary>What the log warns of before training starts; the softmax at a module's end is among the modules' tests.</summary>
[TestClass]
public class FitWarningsTests
{
    [TestMethod]
    public void MoreThreadsThanCoresAreToldOf()
    {
        Assert.IsNull(FitWarnings.FindTooManyThreads(Environment.ProcessorCount));
        int more = Environment.ProcessorCount + 1;
        string expected = $"Threads is {more}, but this machine has {Environment.ProcessorCount} cores";
        StringAssert.Contains(FitWarnings.FindTooManyThreads(more), expected);
        List<string> log = Pipelines.LogOf(options =>
        {
            options.Threads = more;
            options.Sparsity = 0.5;
            options.Network = NetworkDefinition.Build("tiny", new ImageShape(1, SyntheticImages.Side, SyntheticImages.Side))
                .Flatten()
                .Linear(3)
                .ToDefinition();
        });
        Assert.ContainsSingle(line => line.Contains(expected, StringComparison.Ordinal), log);
    }
}
