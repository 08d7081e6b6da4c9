namespace Microsoft.ML.Snip.Training;

/// <summary>
/// One seed, and for each purpose a generator of its own: drawing more numbers for one purpose changes nothing for the others. The
/// process-wide generators, torch's among them, are neither read nor reseeded.
/// </summary>
internal sealed class RandomStreams(int seed)
{
    public int Seed { get; } = seed;

    /// <summary>The generator for a purpose, at its start; the same purpose gives the same numbers again.</summary>
    public Random Create(string purpose) => new(SeedOf(purpose));

    /// <summary>FNV-1a over the seed's bytes and the purpose's characters: a fixed function, unlike a string's hash code.</summary>
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
}
