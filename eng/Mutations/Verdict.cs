namespace Microsoft.ML.Snip.Mutations;

/// <summary>What became of a fault.</summary>
internal enum Outcome
{
    /// <summary>A test of those that should notice did.</summary>
    KilledByItsTests,

    /// <summary>Only another test noticed.</summary>
    KilledByOthers,

    /// <summary>The tests did not end, or their process broke down.</summary>
    BrokeDown,

    /// <summary>All tests pass.</summary>
    Survived,

    /// <summary>The compiler noticed, so that it was no trial of the tests.</summary>
    NotBuilt,

    /// <summary>Its line is not in the library, or more than once.</summary>
    NotFound,
}

/// <summary>What became of a fault, and how.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">The first test that noticed, or what went wrong.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record Verdict(Fault Fault, Outcome Outcome, string Reason, double Seconds)
{
    /// <summary>Whether it says anything about the tests.</summary>
    public bool Counts => Outcome is not (Outcome.NotBuilt or Outcome.NotFound);

    /// <summary>Whether the tests noticed.</summary>
    public bool Killed => Counts && Outcome != Outcome.Survived;
}
