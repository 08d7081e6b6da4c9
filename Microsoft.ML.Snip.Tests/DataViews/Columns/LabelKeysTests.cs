using Microsoft.ML.Data;
using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Snip.Images.Examples;

namespace Microsoft.ML.Snip.Tests.DataViews.Columns;

[TestClass]
public class LabelKeysTests
{
    private sealed class Row<T>
    {
        public T? Label { get; set; }
    }

    private sealed class BareKey
    {
        [KeyType(3)]
        public uint Label { get; set; }
    }

    private sealed class HugeKey
    {
        [KeyType(int.MaxValue)]
        public uint Label { get; set; }
    }

    [TestMethod]
    public void Every_kind_of_value_comes_back_as_it_was()
    {
        AssertRoundTrip(ClassValueKind.Boolean, [true, false], ["true", "false"]);
        AssertRoundTrip<sbyte>(ClassValueKind.SByte, [-128, 127], ["-128", "127"]);
        AssertRoundTrip<short>(ClassValueKind.Int16, [-32768, 5], ["-32768", "5"]);
        AssertRoundTrip(ClassValueKind.Int32, [int.MinValue, 5], ["-2147483648", "5"]);
        AssertRoundTrip(ClassValueKind.Int64, [long.MinValue, 5], ["-9223372036854775808", "5"]);
        AssertRoundTrip<byte>(ClassValueKind.Byte, [0, 255], ["0", "255"]);
        AssertRoundTrip<ushort>(ClassValueKind.UInt16, [0, 65535], ["0", "65535"]);
        AssertRoundTrip<uint>(ClassValueKind.UInt32, [0, uint.MaxValue], ["0", "4294967295"]);
        AssertRoundTrip<ulong>(ClassValueKind.UInt64, [0, ulong.MaxValue], ["0", "18446744073709551615"]);
        AssertRoundTrip(ClassValueKind.Single, [0.1f, -1.5f, 1e-30f, float.PositiveInfinity], ["0.1", "-1.5", "1E-30", "Infinity"]);
        AssertRoundTrip(ClassValueKind.Double, [0.1, 1.0 / 3], ["0.1", "0.3333333333333333"]);
        AssertRoundTrip(
            ClassValueKind.DateTime,
            [new DateTime(2024, 2, 29, 13, 14, 15, DateTimeKind.Utc)
            .AddTicks(1), new DateTime(1999, 12, 31, 0, 0, 0, DateTimeKind.Unspecified)],
            ["2024-02-29T13:14:15.0000001Z", "1999-12-31T00:00:00.0000000"]);
        AssertRoundTrip(
            ClassValueKind.DateTimeOffset, [new DateTimeOffset(2024, 2, 29, 13, 14, 15, TimeSpan.FromHours(-3))],
            ["2024-02-29T13:14:15.0000000-03:00"]);
        AssertRoundTrip(ClassValueKind.TimeSpan, [TimeSpan.FromTicks(1), TimeSpan.FromDays(-2)], ["00:00:00.0000001", "-2.00:00:00"]);
    }

    [TestMethod]
    public void Texts_come_back_as_they_were()
    {
        string[] names = ["cat", "Hund, groß", " 猫 ", "1"];
        IDataView view = Keyed(names);
        var labels = LabelKeys.Read(view.Schema["Label"]);
        Assert.AreEqual(ClassValueKind.Text, labels.Kind);
        CollectionAssert.AreEqual(names, labels.Names);
        CollectionAssert.AreEqual(
            names, Values<ReadOnlyMemory<char>>(labels, TextDataViewType.Instance).Select(value => value.ToString()).ToArray());
        CollectionAssert.AreEqual(names, labels.NamesAsText().Select(value => value.ToString()).ToArray());
    }

    [TestMethod]
    public void Every_kind_has_a_codec()
    {
        foreach (ClassValueKind kind in Enum.GetValues<ClassValueKind>())
        {
            Assert.AreEqual(kind, ClassValueCodec.For(kind).Kind);
        }

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ClassValueCodec.For((ClassValueKind)99));
    }

    [TestMethod]
    public void Values_do_not_depend_on_the_culture()
    {
        System.Globalization.CultureInfo before = System.Globalization.CultureInfo.CurrentCulture;
        try
        {
            System.Globalization.CultureInfo.CurrentCulture = new System.Globalization.CultureInfo(
            "de-DE") { NumberFormat = { NegativeSign = "~" } };
            AssertRoundTrip(ClassValueKind.Double, [-0.5], ["-0.5"]);
            AssertRoundTrip(ClassValueKind.Int32, [-5], ["-5"]);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = before;
        }
    }

    [TestMethod]
    public void Keys_without_values_are_named_by_their_numbers()
    {
        var labels = LabelKeys.Read(Rows.View(new BareKey()).Schema["Label"]);
        Assert.AreEqual(ClassValueKind.Text, labels.Kind);
        CollectionAssert.AreEqual(new[] { "0", "1", "2" }, labels.Names);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(4)]
    public void More_or_fewer_values_than_keys_are_a_mismatch(int count)
    {
        ReadOnlyMemory<char>[] names = [.. Enumerable.Range(0, count).Select(number => $"{number}".AsMemory())];
        var annotations = new DataViewSchema.Annotations.Builder();
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getter =
            (ref VBuffer<ReadOnlyMemory<char>> value) => new VBuffer<ReadOnlyMemory<char>>(names.Length, names).CopyTo(ref value);
        annotations.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, count), getter);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Label", new KeyDataViewType(typeof(uint), 3), annotations.ToAnnotations());
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LabelKeys.Read(schema.ToSchema()["Label"]));
        StringAssert.Contains(error.Message, "3 key values, one for each key");
    }

    [TestMethod]
    public void A_label_that_is_no_key_is_a_mismatch_that_says_what_to_do()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => LabelKeys.Read(Rows.View(new Row<string> { Label = "a" }).Schema["Label"]));
        StringAssert.Contains(error.Message, "MapValueToKey(\"Label\")");
        StringAssert.Contains(error.Message, "String");
    }

    [TestMethod]
    public void A_key_of_any_number_is_a_mismatch()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LabelKeys.Read(Rows.View(new HugeKey()).Schema["Label"]));
        StringAssert.Contains(error.Message, "at most 100000");
    }

    [TestMethod]
    [DataRow("SByte", "128")]
    [DataRow("Int32", "seven")]
    [DataRow("UInt64", "-1")]
    [DataRow("Boolean", "")]
    [DataRow("DateTime", "yesterday")]
    [DataRow("TimeSpan", "99999999.00:00:00")]
    public void A_name_that_its_type_cannot_be_is_a_format_error(string kind, string name)
    {
        var labels = new ClassLabels(Enum.Parse<ClassValueKind>(kind), [name]);
        var error = Assert.ThrowsExactly<FormatException>(() => LabelKeys.AddTo(new DataViewSchema.Annotations.Builder(), labels));
        StringAssert.Contains(error.Message, $"'{name}'");
    }

    private static IDataView Keyed<T>(T[] values) => Rows.Keyed(Array.ConvertAll(values, value => new Row<T> { Label = value }));

    private static void AssertRoundTrip<T>(ClassValueKind kind, T[] values, string[] names)
        where T : struct
    {
        DataViewSchema.Column column = Keyed(values).Schema["Label"];
        var labels = LabelKeys.Read(column);
        Assert.AreEqual(kind, labels.Kind);
        CollectionAssert.AreEqual(names, labels.Names);
        var type = (PrimitiveDataViewType)((VectorDataViewType)column.Annotations.Schema["KeyValues"].Type).ItemType;
        T[] back = Values<T>(labels, type);
        CollectionAssert.AreEqual(values, back);
        if (typeof(T) == typeof(DateTime))
        {
            CollectionAssert.AreEqual(
                values.Select(value => ((DateTime)(object)value).Kind).ToArray(),
                back.Select(value => ((DateTime)(object)value).Kind).ToArray());
        }
    }

    /// <summary>What MapKeyToValue would read: the annotation KeyValues, of the given type.</summary>
    private static T[] Values<T>(ClassLabels labels, PrimitiveDataViewType type)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        LabelKeys.AddTo(builder, labels);
        DataViewSchema.Annotations annotations = builder.ToAnnotations();
        Assert.AreEqual(new VectorDataViewType(type, labels.Count), annotations.Schema["KeyValues"].Type);
        VBuffer<T> values = default;
        annotations.GetValue("KeyValues", ref values);
        return [.. values.DenseValues()];
    }
}
