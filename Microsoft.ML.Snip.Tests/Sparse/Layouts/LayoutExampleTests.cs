using Microsoft.ML.Snip.Sparse.Layouts;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Tests.Sparse.Layouts;

/// <summary>The example that the comments of the layouts show.</summary>
[TestClass]
public class LayoutExampleTests
{
    private const int Width = 2;
    private const float A = 1, B = 2, C = 3, D = 4, E = 5, F = 6;

    private static readonly float[] Dense =
    [
        0, A, 0, B,
        0, 0, 0, 0,
        C, 0, 0, 0,
        D, E, 0, F,
    ];

    private static SparseMatrix Matrix => SparseMatrix.FromDense(Dense, [.. Dense.Select(value => value != 0)], rows: 4, columns: 4);

    [TestMethod]
    public void CompressedRows()
    {
        CollectionAssert.AreEqual(new[] { 0, 2, 2, 3, 6 }, Matrix.RowStart);
        CollectionAssert.AreEqual(new[] { 1, 3, 0, 0, 1, 3 }, Matrix.Column);
        CollectionAssert.AreEqual(new[] { A, B, C, D, E, F }, Matrix.Value);
    }

    [TestMethod]
    public void RowsByLength()
    {
        var rows = new SparseRows(
            [new RowTaps(0, 2), new RowTaps(1, 0), new RowTaps(2, 1), new RowTaps(3, 3)],
            [new Tap(A, 1), new Tap(B, 3), new Tap(C, 0), new Tap(D, 0), new Tap(E, 1), new Tap(F, 3)]);
        CollectionAssert.AreEqual(new RowTaps[] { new(1, 0), new(2, 1), new(0, 2), new(3, 3) }, rows.Rows.Span.ToArray());
        CollectionAssert.AreEqual(
            new Tap[] { new(C, 0), new(A, 1), new(B, 3), new(D, 0), new(E, 1), new(F, 3) }, rows.Taps.Span.ToArray());
    }

    [TestMethod]
    public void SellCSigmaInGroupsOfTwo()
    {
        var rows = SellCSigma.Create(Matrix, bias: null, Width);
        CollectionAssert.AreEqual(new[] { 3, 0, 2, 1 }, rows.Outputs.Span.ToArray());
        CollectionAssert.AreEqual(new SellSlice[] { new(3, 0, 1), new(1, 0, 1) }, rows.Slices.Span.ToArray());
        CollectionAssert.AreEqual(new[] { D, A, E, B, F, 0, C, 0 }, rows.Weights.Span.ToArray());
        CollectionAssert.AreEqual(new ushort[] { 0, 1, 1, 3, 3, 3, 0, 0 }, rows.Inputs.Span.ToArray());
    }

    [TestMethod]
    public void LookupInGroupsOfTwo()
    {
        var rows = LookupRows.Create(Matrix, bias: null, Width);
        CollectionAssert.AreEqual(new[] { 3, 0, 2, 1 }, rows.Outputs.Span.ToArray());
        CollectionAssert.AreEqual(new[] { 3, 1 }, rows.StepCounts.Span.ToArray());
        CollectionAssert.AreEqual(new[] { 0, 1, 3, 0 }, rows.Starts.Span.ToArray());
        CollectionAssert.AreEqual(new[] { D, A, E, 0, F, B, C, 0 }, rows.Weights.Span.ToArray());
        CollectionAssert.AreEqual(new byte[] { 0, 1, 0, 0, 0, 0, 0, 0 }, rows.Lanes.Span.ToArray());
    }
}
