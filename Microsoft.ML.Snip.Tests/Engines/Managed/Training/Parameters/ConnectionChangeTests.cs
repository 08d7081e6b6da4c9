using Microsoft.ML.Snip.Engines.Managed.Training.Parameters;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Tests.Engines.Managed.Training.Parameters;

[TestClass]
public class ConnectionChangeTests
{
    private static readonly bool[] Kept = [true, false, true, true, false, true, false, false];

    /// <summary>The weights at the positions 0, 2, 3 and 5.</summary>
    private static readonly float[] Weights = [0.5f, -0.1f, 0.2f, -3];

    private static SparsePattern Pattern => SparsePattern.FromMask(Kept, rows: 2, columns: 4);

    [TestMethod]
    public void TheSmallestWeightsAreDroppedAndOthersGrown()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            ConnectionChange change = ConnectionChange.Choose(Pattern, Weights, 0.5, new Random(seed))!;
            int[] positions = change.Pattern.Positions();
            Assert.HasCount(4, positions);
            CollectionAssert.IsSubsetOf(new[] { 0, 5 }, positions);
            CollectionAssert.DoesNotContain(positions, 2, "dropped in this update");
            CollectionAssert.DoesNotContain(positions, 3, "dropped in this update");
            float[] carried = change.Carry(Weights, grown: 9);
            CollectionAssert.AreEqual(
                Array.ConvertAll(positions, position => position switch { 0 => 0.5f, 5 => -3, _ => 9 }), carried);
        }
    }

    [TestMethod]
    [DataRow(0.2)]
    [DataRow(0.0)]
    public void AFractionBelowOneWeightChangesNothing(double fraction) =>
        Assert.IsNull(ConnectionChange.Choose(Pattern, Weights, fraction, new Random(1)));

    [TestMethod]
    public void AWholeOrAnEmptyPatternChangesNothing()
    {
        Assert.IsNull(ConnectionChange.Choose(SparsePattern.FromMask([true, true], 1, 2), [1, 2], 0.9, new Random(1)));
        Assert.IsNull(ConnectionChange.Choose(SparsePattern.FromMask([false, false], 1, 2), [], 0.9, new Random(1)));
    }

    [TestMethod]
    public void NoMoreAreReplacedThanArePruned()
    {
        ConnectionChange change = ConnectionChange.Choose(
            SparsePattern.FromMask([true, true, true, false], 1, 4), [3, 1, 2], 0.9, new Random(1))!;
        CollectionAssert.AreEqual(new[] { 0, 2, 3 }, change.Pattern.Positions());
    }
}
