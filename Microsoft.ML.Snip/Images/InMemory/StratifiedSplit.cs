namespace Microsoft.ML.Snip.Images.InMemory;

/// <summary>Sets a part of the training set aside for validation, from each class its share.</summary>
internal static class StratifiedSplit
{
    /// <summary>Splits at random; the same labels, fraction and state of the generator give the same split.</summary>
    /// <param name="labels">Each image's class, from 0.</param>
    /// <param name="fraction">The part to set aside, at least 0 and below 1. Each class gives its share of it, rounded up or down so that
    /// all classes together give their share too, and keeps at least one image for training.</param>
    /// <param name="random">Draws the images that are set aside.</param>
    /// <returns>The indices of the two parts, each in ascending order.</returns>
    public static (int[] Train, int[] Validation) Split(int[] labels, double fraction, Random random)
    {
        if (!(fraction is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(fraction), fraction, "The fraction set aside for validation is at least 0 and below 1.");
        }

        var train = new List<int>(labels.Length);
        var validation = new List<int>();
        int seen = 0;
        foreach (
            IGrouping<int, int> group in Enumerable.Range(0, labels.Length).GroupBy(index => labels[index]).OrderBy(group => group.Key))
        {
            int[] members = [.. group];
            random.Shuffle(members);
            seen += members.Length;
            int owed = (int)Math.Round(seen * fraction) - validation.Count;
            int share = Math.Clamp(owed, (int)Math.Floor(members.Length * fraction), (int)Math.Ceiling(members.Length * fraction));
            share = Math.Min(share, members.Length - 1);
            validation.AddRange(members.AsSpan(0, share));
            train.AddRange(members.AsSpan(share));
        }

        train.Sort();
        validation.Sort();
        return ([.. train], [.. validation]);
    }
}
