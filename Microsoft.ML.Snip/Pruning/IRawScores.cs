namespace Microsoft.ML.Snip.Pruning;

/// <summary>
/// The scores of several parameters before normalisation. They are copied one parameter at a time, so that no second copy of all scores is
/// needed.
/// </summary>
internal interface IRawScores
{
    /// <summary>Whether the scores are in double precision; only the method of that precision is called.</summary>
    bool IsDouble { get; }

    /// <summary>Copies the scores of the parameter at an index, row-major.</summary>
    void CopyTo(int index, Span<float> target);

    /// <inheritdoc cref="CopyTo(int, Span{float})"/>
    void CopyTo(int index, Span<double> target);
}
