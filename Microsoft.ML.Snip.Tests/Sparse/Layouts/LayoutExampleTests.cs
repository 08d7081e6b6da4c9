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
        var rows = SparseRows.Of(Matrix.Pattern);
        CollectionAssert.AreEqual(
            new RowTaps[] { new(1, 0, 0), new(2, 0, 1), new(0, 1, 2), new(3, 3, 3) }, rows.Rows.Span.ToArray());
        CollectionAssert.AreEqual(new[] { 0, 1, 3, 0, 1, 3 }, rows.Elements.Span.ToArray());
        CollectionAssert.AreEqual(new[] { 2, 0, 1, 3, 4, 5 }, rows.Numbers);
        CollectionAssert.AreEqual(
            new[] { C, A, B, D, E, F }, WeightNumbers.Arrange(rows.Numbers, Matrix.Value).Span.ToArray());
    }

    [TestMethod]
    public void ColumnsByLength()
    {
        var columns = SparseRows.OfTransposed(Matrix.Pattern);
        CollectionAssert.AreEqual(
            new RowTaps[] { new(2, 0, 0), new(0, 0, 2), new(1, 2, 2), new(3, 4, 2) }, columns.Rows.Span.ToArray());
        CollectionAssert.AreEqual(new[] { 2, 3, 0, 3, 0, 3 }, columns.Elements.Span.ToArray());
        CollectionAssert.AreEqual(
            new[] { C, D, A, E, B, F }, WeightNumbers.Arrange(columns.Numbers, Matrix.Value).Span.ToArray());
    }

    [TestMethod]
    public void RowsInFours()
    {
        RowTaps[] rows = [new(0, 0, 2), new(1, 2, 0), new(2, 2, 1), new(3, 3, 3)];
        int[] numbers = [-1, -1, 2, 3, 0, -1, -1, 4, 1, -1, -1, 5];
        var layout = new FourRows([new FourOutputs(0, 1, 2, 3, 3)], [0, 1, 3], numbers);
        var expected = new List<int>();
        foreach (int element in layout.Elements.Span)
        {
            expected.AddRange(rows.Select(row => Enumerable.Range(row.FirstTap, row.TapCount)
                .Where(at => Matrix.Column[at] == element).DefaultIfEmpty(WeightNumbers.None).Single()));
        }

        CollectionAssert.AreEqual(expected, numbers);
        CollectionAssert.AreEqual(
            new[] { 0, 0, C, D, A, 0, 0, E, B, 0, 0, F }, WeightNumbers.Arrange(numbers, Matrix.Value).Span.ToArray());
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
