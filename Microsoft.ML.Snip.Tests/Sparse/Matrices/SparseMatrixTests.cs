using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Tests.Sparse.Matrices;

/// <summary>What a sparse matrix and a network of such are made of is checked, and dense ones go there and back.</summary>
[TestClass]
public class SparseMatrixTests
{
    [TestMethod]
    public void ADenseMatrixGoesThereAndBack()
    {
        float[] dense = [1, 0, 3, 0, 0, 0, 0, 8, 9];
        bool[] kept = [true, true, true, false, false, false, false, true, true];
        SparseMatrix matrix = SparseMatrix.FromDense(dense, kept, 3, 3);
        CollectionAssert.AreEqual(new[] { 0, 3, 3, 5 }, matrix.RowStart);
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 1, 2 }, matrix.Column);
        CollectionAssert.AreEqual(new float[] { 1, 0, 3, 8, 9 }, matrix.Value, "a kept weight of 0 stays");
        CollectionAssert.AreEqual(dense, matrix.ToDense());
        Assert.AreEqual(5, matrix.KeptCount);
        Assert.Throws<ArgumentException>(() => SparseMatrix.FromDense(dense, kept, 3, 4));
        Assert.Throws<ArgumentException>(() => SparseMatrix.FromDense(dense, kept.AsSpan(1), 3, 3));
    }

    [TestMethod]
    [DataRow(new[] { 0, 2, 3 }, new[] { 0, 2, 1 }, null)]
    [DataRow(new[] { 0, 2, 3 }, new[] { 1, 1, 1 }, "Row 0 of a sparse matrix names column 1")]
    [DataRow(new[] { 0, 2, 3 }, new[] { 2, 1, 1 }, "Row 0 of a sparse matrix names column 1")]
    [DataRow(new[] { 0, 2, 3 }, new[] { 0, 1, 3 }, "Row 1 of a sparse matrix names column 3")]
    [DataRow(new[] { 0, 2, 3 }, new[] { 0, 1, -1 }, "Row 1 of a sparse matrix names column -1")]
    [DataRow(new[] { 0, 4, 3 }, new[] { 0, 1, 2 }, "Row 0 of a sparse matrix ends before it starts or behind")]
    [DataRow(new[] { 0, 2, 2 }, new[] { 0, 1, 2 }, "do not describe")]
    [DataRow(new[] { 1, 2, 3 }, new[] { 0, 1, 2 }, "do not describe")]
    [DataRow(new[] { 0, 3 }, new[] { 0, 1, 2 }, "do not describe")]
    public void RowsAndColumnsAscend(int[] rowStart, int[] column, string? fault)
    {
        SparseMatrix Make() => new(2, 3, rowStart, column, new float[column.Length]);
        if (fault is null)
        {
            Make();
            return;
        }

        StringAssert.Contains(Assert.Throws<Exception>(Make).Message, fault);
    }

    [TestMethod]
    public void ANetworkHasEachParameterInItsSize()
    {
        NetworkDefinition definition = NetworkDefinition.Build("net", new ImageShape(1, 1, 3)).Flatten().Linear(2).ToDefinition();
        SparseMatrix Matrix(int rows, int columns) =>
            SparseMatrix.FromDense(new float[rows * columns], new bool[rows * columns], rows, columns);
        Dictionary<string, SparseMatrix> Weights(int rows, int columns) => new() { ["fc1.weight"] = Matrix(rows, columns) };
        Dictionary<string, float[]> Biases(int length) => new() { ["fc1.bias"] = new float[length] };
        _ = new SparseNetwork(definition, Weights(2, 3), Biases(2));
        (Dictionary<string, SparseMatrix>, Dictionary<string, float[]>)[] wrong =
        [
            (Weights(2, 4), Biases(2)), (Weights(3, 3), Biases(2)), (Weights(2, 3), Biases(3)), ([], Biases(2)), (Weights(2, 3), []),
            (new(Weights(2, 3)) { ["fc2.weight"] = Matrix(1, 1) }, Biases(2)), (Weights(2, 3), new(Biases(2)) { ["fc2.bias"] = [1] }),
        ];
        foreach ((Dictionary<string, SparseMatrix> weights, Dictionary<string, float[]> vectors) in wrong)
        {
            Assert.Throws<ArgumentException>(() => new SparseNetwork(definition, weights, vectors));
        }
    }
}
