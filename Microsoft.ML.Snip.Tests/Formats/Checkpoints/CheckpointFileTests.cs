using Microsoft.ML.Snip.Formats.Checkpoints;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Tests.Formats.Checkpoints;

[TestClass]
public class CheckpointFileTests
{
    [TestMethod]
    public void ACheckpointComesBackAsItWas()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            Checkpoint expected = Draw(new Random(seed));
            using var file = new TemporaryFile();
            CheckpointFile.Write(file.Path, expected);
            Checkpoint found = CheckpointFile.Read(file.Path);
            CollectionAssert.AreEquivalent(expected.Fit.ToArray(), found.Fit.ToArray());
            Assert.AreEqual((expected.Seed, expected.Engine, expected.EngineReason), (found.Seed, found.Engine, found.EngineReason));
            AssertEqual(expected.State, found.State);
            byte[] bytes = File.ReadAllBytes(file.Path);
            CheckpointFile.Write(file.Path, found);
            CollectionAssert.AreEqual(bytes, File.ReadAllBytes(file.Path));
        }
    }

    /// <summary>Whatever bit is wrong, and wherever the file ends.</summary>
    [TestMethod]
    public void ADamagedFileIsRefused()
    {
        using var file = new TemporaryFile();
        CheckpointFile.Write(file.Path, Draw(new Random(1)));
        byte[] bytes = File.ReadAllBytes(file.Path);
        for (int at = 0; at < bytes.Length; at += 3)
        {
            byte[] flipped = [.. bytes];
            flipped[at] ^= (byte)(1 << (at % 8));
            AssertRefused(file.Path, flipped);
            AssertRefused(file.Path, bytes[..at]);
        }

        AssertRefused(file.Path, [.. bytes, 0]);
    }

    /// <summary>A file with a right checksum can still say anything.</summary>
    [TestMethod]
    [DataRow("\"values\":", "\"values\":9")]
    [DataRow("\"bytes\":", "\"bytes\":-1")]
    [DataRow("\"shape\":[", "\"shape\":[2,")]
    [DataRow("\"seed\":", "\"sEed\":")]
    [DataRow("\"step\":", "\"unknown\":1,\"step\":")]
    [DataRow("\"restarts\":", "\"restarts\":\"many\",\"were\":")]
    public void MetadataThatDoNotFitAreRefused(string from, string to)
    {
        using var file = new TemporaryFile();
        CheckpointFile.Write(file.Path, Draw(new Random(3)));
        byte[] bytes = File.ReadAllBytes(file.Path);
        const int Header = 16, Hash = 32;
        int length = BitConverter.ToInt32(bytes, 12);
        string metadata = System.Text.Encoding.UTF8.GetString(bytes, Header, length);
        int at = metadata.IndexOf(from, StringComparison.Ordinal);
        Assert.IsGreaterThan(0, at, metadata);
        byte[] changed = System.Text.Encoding.UTF8.GetBytes(metadata.Remove(at, from.Length).Insert(at, to));
        byte[] content = [.. bytes[..12], .. BitConverter.GetBytes(changed.Length), .. changed, .. bytes[(Header + length)..^Hash]];
        AssertRefused(file.Path, [.. content, .. System.Security.Cryptography.SHA256.HashData(content)]);
    }

    private static void AssertRefused(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        var exception = Assert.ThrowsExactly<FormatException>(() => CheckpointFile.Read(path));
        StringAssert.Contains(exception.Message, path);
    }

    private static Checkpoint Draw(Random random) => new(
        new Dictionary<string, string> { ["Sparsity"] = "0.98", ["training data"] = "5 images \u00e4" }, random.Next(),
        TrainingEngine.Managed, "it is \"faster\"",
        DrawState(random) with { LastGood = random.Next(2) == 0 ? null : DrawState(random) });

    private static TrainingState DrawState(Random random) => new(DrawNetwork(random))
    {
        Epochs =
        [
            new EpochSummary(1, 0.1, random.NextDouble(), random.NextDouble(), double.NaN, 0.5) { ValidationMacroAccuracy = 1.0 / 3 },
            new EpochSummary(2, 0.05, double.PositiveInfinity, 0),
        ],
        Current = new EpochSums(3, 300, random.NextDouble(), 7, 0.1),
        Best = random.Next(2) == 0 ? null : new BestEpochState(1, random.NextDouble(), 4),
        BestNetwork = random.Next(2) == 0 ? null : DrawNetwork(random),
        FirstLoss = random.NextDouble(),
        Restarts = random.Next(5),
        Elapsed = TimeSpan.FromTicks(random.NextInt64(1L << 50)),
    };

    private static NetworkState DrawNetwork(Random random)
    {
        bool[] kept = [.. Enumerable.Range(0, 15).Select(_ => random.Next(3) == 0)];
        int count = kept.Count(keep => keep);
        return new NetworkState(
            random.NextInt64(1L << 40), PruningMask.FromValues([(new PrunableParameter("fc1.weight", [3, 5]), kept)]),
            new Dictionary<string, ParameterState>
            {
                ["fc1.weight"] = new(Numbers(count), Numbers(count), Numbers(count)),
                ["fc1.bias"] = new(Numbers(3), Numbers(3), []),
                ["empty"] = new([], [], []),
            },
            new Dictionary<string, byte[]> { ["norm.running_mean"] = [1, 2, 3, 4], ["norm.count"] = [] });

        float[] Numbers(int length) => [.. Enumerable.Range(0, length).Select(_ => BitConverter.Int32BitsToSingle(random.Next()))];
    }

    private static void AssertEqual(TrainingState expected, TrainingState found)
    {
        CollectionAssert.AreEqual(expected.Epochs, found.Epochs);
        Assert.AreEqual(expected.Current, found.Current);
        Assert.AreEqual(expected.Best, found.Best);
        Assert.AreEqual(
            (expected.FirstLoss, expected.Restarts, expected.Elapsed), (found.FirstLoss, found.Restarts, found.Elapsed));
        AssertEqual(expected.Network, found.Network);
        Assert.AreEqual(expected.BestNetwork is null, found.BestNetwork is null);
        if (expected.BestNetwork is not null)
        {
            AssertEqual(expected.BestNetwork, found.BestNetwork!);
        }

        Assert.AreEqual(expected.LastGood is null, found.LastGood is null);
        if (expected.LastGood is not null)
        {
            AssertEqual(expected.LastGood, found.LastGood!);
        }
    }

    private static void AssertEqual(NetworkState expected, NetworkState found)
    {
        Assert.AreEqual(expected.Step, found.Step);
        CollectionAssert.AreEqual(expected.Mask.KeptOf("fc1.weight").ToArray(), found.Mask.KeptOf("fc1.weight").ToArray());
        foreach ((string name, ParameterState parameter) in expected.Parameters)
        {
            CollectionAssert.AreEqual(Bits(parameter.Values), Bits(found.Parameters[name].Values));
            CollectionAssert.AreEqual(Bits(parameter.Means), Bits(found.Parameters[name].Means));
            CollectionAssert.AreEqual(Bits(parameter.MeanSquares), Bits(found.Parameters[name].MeanSquares));
        }

        foreach ((string name, byte[] buffer) in expected.Buffers)
        {
            CollectionAssert.AreEqual(buffer, found.Buffers[name]);
        }

        static int[] Bits(float[] numbers) => Array.ConvertAll(numbers, BitConverter.SingleToInt32Bits);
    }
}
