using Microsoft.ML.Data;
using Microsoft.ML.Snip.DataViews.Columns;

namespace Microsoft.ML.Snip.DataViews.Scoring;

/// <summary>
/// The schema of scored data: the input's columns, then PredictedLabel (a key with the training data's key values) and Score
/// (probabilities, one slot for each class). The two have the annotations of ML.NET's multiclass trainers, which evaluation, MapKeyToValue
/// and cross-validation need.
/// </summary>
internal static class ScoredSchema
{
    public static DataViewSchema Make(DataViewSchema input, IBatchScorer scorer)
    {
        int classes = scorer.Classes.Count;
        uint scoreSet = NextScoreSet(input);
        var predicted = new DataViewSchema.Annotations.Builder();
        LabelKeys.AddTo(predicted, scorer.Classes);
        AddScoreAnnotations(predicted, scoreSet, AnnotationUtils.Const.ScoreValueKind.PredictedLabel);

        var namesType = new VectorDataViewType(TextDataViewType.Instance, classes);
        ReadOnlyMemory<char>[] names = scorer.Classes.NamesAsText();
        ValueGetter<VBuffer<ReadOnlyMemory<char>>> getNames = (ref VBuffer<ReadOnlyMemory<char>> value) =>
            new VBuffer<ReadOnlyMemory<char>>(names.Length, names).CopyTo(ref value);
        var score = new DataViewSchema.Annotations.Builder();
        score.Add(AnnotationUtils.Kinds.SlotNames, namesType, getNames);
        score.Add(AnnotationUtils.Kinds.TrainingLabelValues, namesType, getNames);
        AddScoreAnnotations(score, scoreSet, AnnotationUtils.Const.ScoreValueKind.Probability);

        var schema = new DataViewSchema.Builder();
        schema.AddColumns(input);
        schema.AddColumn(scorer.PredictedLabelColumnName, new KeyDataViewType(typeof(uint), classes), predicted.ToAnnotations());
        schema.AddColumn(scorer.ScoreColumnName, new VectorDataViewType(NumberDataViewType.Single, classes), score.ToAnnotations());
        return schema.ToSchema();
    }

    private static void AddScoreAnnotations(DataViewSchema.Annotations.Builder annotations, uint scoreSet, string valueKind)
    {
        annotations.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreColumnSetId, AnnotationUtils.ScoreColumnSetIdType, scoreSet);
        annotations.AddPrimitiveValue(
            AnnotationUtils.Kinds.ScoreColumnKind, TextDataViewType.Instance,
            AnnotationUtils.Const.ScoreColumnKind.MulticlassClassification.AsMemory());
        annotations.AddPrimitiveValue(AnnotationUtils.Kinds.ScoreValueKind, TextDataViewType.Instance, valueKind.AsMemory());
    }

    /// <summary>An id for this pair of columns that no earlier scorer in the pipeline uses.</summary>
    private static uint NextScoreSet(DataViewSchema schema)
    {
        uint largest = 0;
        foreach (DataViewSchema.Column column in schema)
        {
            if (column.Annotations.Schema.GetColumnOrNull(AnnotationUtils.Kinds.ScoreColumnSetId) is { Type: KeyDataViewType type }
                && type.RawType == typeof(uint))
            {
                uint set = 0;
                column.Annotations.GetValue(AnnotationUtils.Kinds.ScoreColumnSetId, ref set);
                largest = Math.Max(largest, set);
            }
        }

        return largest + 1;
    }
}
