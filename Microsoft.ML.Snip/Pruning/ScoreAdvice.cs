namespace Microsoft.ML.Snip.Pruning;

/// <summary>The messages for scores of a criterion that cannot be used: what that means and what to do.</summary>
/// <param name="Quantity">The name of the scores, for example "connection sensitivity".</param>
/// <param name="WhenNotUsable">The possible causes of a negative, infinite or NaN score, and what to do.</param>
/// <param name="WhenAllZero">The possible causes if all scores are 0, and what to do.</param>
internal sealed record ScoreAdvice(string Quantity, string WhenNotUsable, string WhenAllZero)
{
    private const int NamesShown = 5;

    public static ScoreAdvice CustomCriterion { get; } = new(
        "scores",
        "Scores must be finite and not negative; if they are signed, subtract the smallest one.",
        "Connections cannot be selected if all scores are equal.");

    public InvalidOperationException NotUsable(string parameterName) =>
        new($"The {Quantity} of parameter '{parameterName}' has values that are negative, infinite or not a number. {WhenNotUsable}");

    public InvalidOperationException AllZero(IReadOnlyList<string> parameterNames)
    {
        string names = string.Join(", ", parameterNames.Take(NamesShown).Select(name => $"'{name}'"));
        string more = parameterNames.Count > NamesShown ? $" and {parameterNames.Count - NamesShown} more" : "";
        return new InvalidOperationException($"The {Quantity} of every connection is exactly 0 (parameters {names}{more}). {WhenAllZero}");
    }
}
