using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.Images.InMemory;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>Classes as key columns have them: the values that the keys stand for, in an annotation.</summary>
internal static class LabelKeys
{
    /// <summary>More classes than any data set of images has: keys of hashes, or of an unbounded range, have this many.</summary>
    private const int MaxClasses = 100_000;

    /// <summary>Reads the classes of a label column.</summary>
    /// <param name="column">The label column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The column does not hold keys, or they stand for values of a type that labels cannot
    /// have.</exception>
    public static ClassLabels Read(DataViewSchema.Column column)
    {
        if (column.Type is not KeyDataViewType key)
        {
            throw Mismatch(
                column, $"a key (map the values to keys first: Transforms.Conversion.MapValueToKey(\"{column.Name}\"))", column.Type.ToString()!);
        }

        if (key.Count > MaxClasses)
        {
            throw Mismatch(
                column, $"a key with at most {MaxClasses} values (MapValueToKey finds those that occur)", column.Type.ToString()!);
        }

        int count = (int)key.Count;
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.KeyValues) is not { } annotation)
        {
            IEnumerable<string> numbers = Enumerable.Range(0, count).Select(index => index.ToString(CultureInfo.InvariantCulture));
            return new ClassLabels(ClassValueKind.Text, [.. numbers]);
        }

        ClassValueCodec? codec = annotation.Type is VectorDataViewType values ? ClassValueCodec.For(values.ItemType) : null;
        if (codec is null)
        {
            throw Mismatch(column, "key values that are texts, numbers, Booleans, dates or times", annotation.Type.ToString()!);
        }

        string[] names = codec.Read(column.Annotations, annotation.Name);
        if (names.Length != count)
        {
            throw Mismatch(column, $"{count} key values, one a key", $"{names.Length}");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Array.Find(names, name => !seen.Add(name)) is { } repeated
            ? throw Mismatch(column, "key values that differ, so that predictions can name one class", $"two that are '{repeated}'")
            : new ClassLabels(codec.Kind, [.. names]);
    }

    /// <summary>Adds the values the keys stand for, in their original type, to the annotations of a key column.</summary>
    public static void AddTo(DataViewSchema.Annotations.Builder annotations, ClassLabels classes) =>
        ClassValueCodec.For(classes.Kind).Add(annotations, AnnotationUtils.Kinds.KeyValues, [.. classes.Names]);

    private static Exception Mismatch(DataViewSchema.Column column, string expected, string found) =>
        Contracts.ExceptSchemaMismatch(nameof(column), "label", column.Name, expected, found);
}
