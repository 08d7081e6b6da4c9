using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Snip.DataViews.Scoring;

/// <summary>Getters for the two columns that scoring adds, computed from the current row's probabilities.</summary>
internal static class ScoreGetters
{
    public delegate ReadOnlySpan<float> CurrentProbabilities();

    public static ValueGetter<TValue> Create<TValue>(ScoringMapper mapper, DataViewSchema.Column column, CurrentProbabilities current)
    {
        Delegate getter = column.Index == mapper.ScoreIndex ? Score(current) : PredictedLabel(current);
        return getter as ValueGetter<TValue>
            ?? throw Contracts.Except($"Column '{column.Name}' has type {column.Type}; its values cannot be read as {typeof(TValue)}.");
    }

    private static ValueGetter<VBuffer<float>> Score(CurrentProbabilities current) => (ref VBuffer<float> value) =>
    {
        ReadOnlySpan<float> probabilities = current();
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, probabilities.Length);
        probabilities.CopyTo(editor.Values);
        value = editor.Commit();
    };

    /// <summary>The key, from 1, of the most probable class; the first of several equally probable ones.</summary>
    private static ValueGetter<uint> PredictedLabel(CurrentProbabilities current) =>
        (ref uint value) => value = (uint)MostProbable(current()) + 1;

    private static int MostProbable(ReadOnlySpan<float> probabilities)
    {
        int best = 0;
        for (int index = 1; index < probabilities.Length; index++)
        {
            if (probabilities[index] > probabilities[best])
            {
                best = index;
            }
        }

        return best;
    }
}
