using Microsoft.ML.Snip.Tests.Formats.Model;

namespace Microsoft.ML.Snip.Fuzz;

/// <summary>Draws models, damages each many times and reads what comes of it.</summary>
internal sealed class FuzzRun(Summary summary, HangWatch watch)
{
    private const int MutationsOfOneModel = 200;

    /// <summary>Damages files in an order that the seed decides, and reads those from the first one wanted on.</summary>
    public void Start(int mutations, int seed, int first)
    {
        var random = new Random(seed);
        ModelMutator? mutator = null;
        for (int mutation = 0; mutation < mutations; mutation++)
        {
            if (mutator is null || mutation % MutationsOfOneModel == 0)
            {
                mutator = new ModelMutator(SampleModels.Draw(random));
            }

            string name = $"mutation {mutation} of seed {seed}";
            byte[] file = mutator.Mutate(random);
            if (mutation >= first)
            {
                watch.Begin(name);
                summary.Add(name, file.Length, MutationTrial.Run(file));
                watch.End();
            }
        }
    }
}
