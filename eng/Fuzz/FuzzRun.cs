using Microsoft.ML.Snip.Tests.Formats;

namespace Microsoft.ML.Snip.Fuzz;

/// <summary>Draws models, damages each many times and reads what comes of it.</summary>
internal sealed class FuzzRun(Summary summary, HangWatch watch)
{
    private const int MutationsOfOneModel = 200;

    public void Start(int mutations, int seed)
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
            watch.Begin(name);
            summary.Add(name, file.Length, MutationTrial.Run(file));
            watch.End();
        }
    }
}
