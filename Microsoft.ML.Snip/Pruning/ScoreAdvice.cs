namespace Microsoft.ML.Snip.Pruning;

/// <summary>What a criterion says when its scores are of no use: what it means and what to do.</summary>
/// <param name="Quantity">What the scores are, for example "connection sensitivity".</param>
/// <param name="WhenNotUsable">Why a score can be negative, infinite or not a number, and what to do then.</param>
/// <param name="WhenAllZero">Why all scores can be 0, and what to do then.</param>
internal sealed record ScoreAdvice(string Quantity, string WhenNotUsable, string WhenAllZero)
{
    private const int NamesShown = 5;

    public static ScoreAdvice OwnCriterion { get; } = new(
        "scores",
        "Scores must be finite and not negative; subtract the least one if they are signed.",
        "Without differences nothing can be selected.");

    public InvalidOperationException NotUsable(string parameterName) =>
        new($"The {Quantity} of parameter '{parameterName}' has values that are negative, infinite or not a number. {WhenNotUsable}");

    public InvalidOperationException AllZero(IReadOnlyList<string> parameterNames)
    {
        string names = string.Join(", ", parameterNames.Take(NamesShown).Select(name => $"'{name}'"));
        string more = parameterNames.Count > NamesShown ? $" and {parameterNames.Count - NamesShown} more" : "";
        return new InvalidOperationException($"The {Quantity} of every connection is exactly 0 (parameters {names}{more}). {WhenAllZero}");
    }
}
