using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.DataViews.Columns;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.DataViews.Scoring;

/// <summary>The schema that a pipeline expects before fitting: the columns that scoring adds, with their types and annotations.</summary>
internal static class ScoredSchemaShape
{
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of another type than expected.</exception>
    public static SchemaShape Make(
        SchemaShape input, string labelColumnName, string imageColumnName, string? weightColumnName, string predictedLabelColumnName,
        string scoreColumnName)
    {
        SchemaShape.Column label = Find(input, "label", labelColumnName, "a key; apply MapValueToKey first");
        if (!label.IsKey)
        {
            throw Mismatch("label", labelColumnName, "a key; apply MapValueToKey first", label.GetTypeString());
        }

        SchemaShape.Column image = Find(input, "image", imageColumnName, ImageColumn.ExpectedTypes);
        bool vector = image.Kind is SchemaShape.Column.VectorKind.Vector or SchemaShape.Column.VectorKind.VariableVector;
        bool isImage = image.ItemType is ImageDataViewType
            || (vector && (image.ItemType == NumberDataViewType.Single || image.ItemType == NumberDataViewType.Byte));
        if (!isImage)
        {
            throw Mismatch("image", imageColumnName, ImageColumn.ExpectedTypes, image.GetTypeString());
        }

        if (weightColumnName is not null)
        {
            SchemaShape.Column weight = Find(input, "example weight", weightColumnName, WeightReader.ExpectedType);
            if (weight.Kind != SchemaShape.Column.VectorKind.Scalar || weight.ItemType != NumberDataViewType.Single)
            {
                throw Mismatch("example weight", weightColumnName, WeightReader.ExpectedType, weight.GetTypeString());
            }
        }

        Dictionary<string, SchemaShape.Column> columns = input.ToDictionary(column => column.Name, StringComparer.Ordinal);
        columns[scoreColumnName] = new SchemaShape.Column(
            scoreColumnName,
            SchemaShape.Column.VectorKind.Vector,
            NumberDataViewType.Single,
            isKey: false,
            new SchemaShape(AnnotationUtils.AnnotationsForMulticlassScoreColumn(label)));
        IEnumerable<SchemaShape.Column> keyValues = label.Annotations.Where(
            annotation => annotation.Name == AnnotationUtils.Kinds.KeyValues);
        columns[predictedLabelColumnName] = new SchemaShape.Column(
            predictedLabelColumnName,
            SchemaShape.Column.VectorKind.Scalar,
            NumberDataViewType.UInt32,
            isKey: true,
            new SchemaShape(keyValues.Concat(AnnotationUtils.GetTrainerOutputAnnotation())));
        return new SchemaShape(columns.Values);
    }

    private static SchemaShape.Column Find(SchemaShape input, string role, string name, string expected) =>
        input.TryFindColumn(name, out SchemaShape.Column column)
            ? column
            : throw Mismatch(role, name, expected, $"no such column{PresentColumns.List(input.Select(present => present.Name))}");

    private static ArgumentOutOfRangeException Mismatch(string role, string name, string expected, string found) =>
        (ArgumentOutOfRangeException)Contracts.ExceptSchemaMismatch("inputSchema", role, name, expected, found);
}
