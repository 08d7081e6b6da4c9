namespace Microsoft.ML.Snip.Images.Examples;

/// <summary>
/// Splits a training set into examples to train on and held-out examples for validation, with the same fraction of each class.
/// </summary>
internal static class StratifiedSplit
{
    /// <summary>Splits at random; the same labels, fraction and generator state give the same split.</summary>
    /// <param name="labels">Each image's class, from 0.</param>
    /// <param name="fraction">
    /// The fraction to hold out, at least 0 and below 1. The number for each class is rounded up or down so that the total is as close as
    /// possible to the fraction of all images; each class keeps at least one image for training.
    /// </param>
    /// <param name="random">Chooses the held-out images.</param>
    /// <returns>The indices of the images to train on and of the held-out images, each in ascending order.</returns>
    public static (int[] Train, int[] Validation) Split(int[] labels, double fraction, Random random)
    {
        if (!(fraction is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(fraction), fraction, "The fraction held out for validation must be at least 0 and below 1.");
        }

        var train = new List<int>(labels.Length);
        var validation = new List<int>();
        int seen = 0;
        IEnumerable<IGrouping<int, int>> classes = Enumerable.Range(0, labels.Length).GroupBy(index => labels[index]);
        foreach (IGrouping<int, int> group in classes.OrderBy(group => group.Key))
        {
            int[] members = [.. group];
            random.Shuffle(members);
            seen += members.Length;
            int missing = (int)Math.Round(seen * fraction) - validation.Count;
            int share = Math.Clamp(missing, (int)Math.Floor(members.Length * fraction), (int)Math.Ceiling(members.Length * fraction));
            share = Math.Min(share, members.Length - 1);
            validation.AddRange(members.AsSpan(0, share));
            train.AddRange(members.AsSpan(share));
        }

        train.Sort();
        validation.Sort();
        return ([.. train], [.. validation]);
    }
}
