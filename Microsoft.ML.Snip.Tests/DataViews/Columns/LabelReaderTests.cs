using Microsoft.ML.Data;
using Microsoft.ML.Snip.DataViews.Columns;

namespace Microsoft.ML.Snip.Tests.DataViews.Columns;

[TestClass]
public class LabelReaderTests
{
    [TestMethod]
    [DataRow((byte)3)]
    [DataRow((ushort)3)]
    [DataRow(3u)]
    [DataRow(3ul)]
    public void AKeyAboveTheCountIsRefused(object first)
    {
        switch (first)
        {
            case byte:
                Check<byte>(value => (byte)value);
                break;
            case ushort:
                Check<ushort>(value => (ushort)value);
                break;
            case uint:
                Check<uint>(value => (uint)value);
                break;
            default:
                Check<ulong>(value => value);
                break;
        }
    }

    private static void Check<T>(Func<ulong, T> convert)
    {
        var row = new KeyRow<T>(new KeyDataViewType(typeof(T), 3)) { Key = convert(3) };
        var reader = new LabelReader(row, row.Schema["Label"]);
        Assert.AreEqual(2, reader.Read());
        row.Key = convert(0);
        Assert.AreEqual(-1, reader.Read(), "missing");
        row.Key = convert(4);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidOperationException>(() => reader.Read()).Message, "'Label', row 7 (counted from 0): the key is "
                + "4; the largest key is 3");
    }

    private sealed class KeyRow<T> : DataViewRow
    {
        public KeyRow(KeyDataViewType type)
        {
            var schema = new DataViewSchema.Builder();
            schema.AddColumn("Label", type);
            Schema = schema.ToSchema();
        }

        public T Key { get; set; } = default!;

        public override DataViewSchema Schema { get; }

        public override long Position => 7;

        public override long Batch => 0;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override ValueGetter<DataViewRowId> GetIdGetter() => throw new NotSupportedException();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
            (ValueGetter<TValue>)(object)(ValueGetter<T>)((ref T value) => value = Key);
    }
}
