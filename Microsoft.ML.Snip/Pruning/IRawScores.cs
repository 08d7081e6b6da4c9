namespace Microsoft.ML.Snip.Pruning;

/// <summary>
/// The scores of several parameters before they are normalised, taken one parameter after the other so that no second copy of all is
/// needed.
/// </summary>
internal interface IRawScores
{
    /// <summary>In which precision they are; only its method is called.</summary>
    bool IsDouble { get; }

    /// <summary>Copies the scores of the parameter at an index, row-major.</summary>
    void CopyTo(int index, Span<float> target);

    /// <inheritdoc cref="CopyTo(int, Span{float})"/>
    void CopyTo(int index, Span<double> target);
}
