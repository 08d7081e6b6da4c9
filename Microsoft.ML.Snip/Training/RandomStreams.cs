namespace Microsoft.ML.Snip.Training;

/// <summary>
/// A separate random generator for each purpose, derived from one seed: drawing more numbers for one purpose does not change the others.
/// The process-wide generators, including torch's, are neither read nor reseeded.
/// </summary>
internal sealed class RandomStreams(int seed)
{
    public int Seed { get; } = seed;

    /// <summary>A new generator for a purpose; the same purpose always gives the same numbers.</summary>
    public Random Create(string purpose) => new(SeedOf(purpose));

    /// <summary>
    /// A new generator for one time that a purpose needs numbers, such as a step or an epoch. A training that goes on from a checkpoint
    /// draws the same numbers as one that was not interrupted, although no generator's state is stored.
    /// </summary>
    /// <param name="purpose">The purpose.</param>
    /// <param name="time">The number of the step or the epoch.</param>
    public Random Create(string purpose, long time) => new(SeedOf(purpose, time));

    /// <summary>
    /// The FNV-1a hash of the seed's bytes and the purpose's characters; unlike a string's hash code, it is the same in every process.
    /// </summary>
    public int SeedOf(string purpose)
    {
        const uint Prime = 16777619;
        uint hash = 2166136261;
        for (int shift = 0; shift < 32; shift += 8)
        {
            hash = (hash ^ (byte)(Seed >> shift)) * Prime;
        }

        foreach (char c in purpose)
        {
            hash = (hash ^ c) * Prime;
        }

        return (int)hash;
    }

    /// <summary>The seed for one time that a purpose needs numbers.</summary>
    public int SeedOf(string purpose, long time) => SeedOf(FormattableString.Invariant($"{purpose} {time}"));
}
