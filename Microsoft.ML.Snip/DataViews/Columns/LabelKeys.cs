using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.Images.Examples;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>The classes of a key column: the values that the keys represent, stored in an annotation.</summary>
internal static class LabelKeys
{
    /// <summary>The most classes of a key column. No image data set has more; keys of hashes, or of an unbounded range, do.</summary>
    private const int MaxClasses = 100_000;

    /// <summary>Reads the classes of a label column.</summary>
    /// <param name="column">The label column.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// The column does not hold keys, or they represent values of a type that labels cannot have.
    /// </exception>
    public static ClassLabels Read(DataViewSchema.Column column)
    {
        if (column.Type is not KeyDataViewType key)
        {
            throw Mismatch(
                column, $"a key (map the values to keys first: Transforms.Conversion.MapValueToKey(\"{column.Name}\"))",
                column.Type.ToString()!);
        }

        if (key.Count > MaxClasses)
        {
            throw Mismatch(
                column, $"a key with at most {MaxClasses} values (MapValueToKey maps only the values that occur)", column.Type.ToString()!);
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
            throw Mismatch(column, $"{count} key values, one for each key", $"{names.Length}");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Array.Find(names, name => !seen.Add(name)) is { } repeated
            ? throw Mismatch(column, "distinct key values, so that a prediction names exactly one class", $"'{repeated}' twice")
            : new ClassLabels(codec.Kind, [.. names]);
    }

    /// <summary>Adds the values that the keys represent, in their original type, to the annotations of a key column.</summary>
    public static void AddTo(DataViewSchema.Annotations.Builder annotations, ClassLabels classes) =>
        ClassValueCodec.For(classes.Kind).Add(annotations, AnnotationUtils.Kinds.KeyValues, [.. classes.Names]);

    private static Exception Mismatch(DataViewSchema.Column column, string expected, string found) =>
        Contracts.ExceptSchemaMismatch(nameof(column), "label", column.Name, expected, found);
}
