using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Tests.Pruning;

/// <summary>
/// A file of Fixtures/: a network in numbers, and the scores and masks an independent implementation gives; see its README.
/// </summary>
internal sealed record Fixture(
    string Name, Values Input, long[] Labels, NamedValues[] Parameters, NamedValues[] Buffers, Dictionary<string, FixtureCase> Cases,
    TrainingRun? Training)
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Fixture Load(string name) => Load<Fixture>(name);

    public static T Load<T>(string name) =>
        JsonSerializer.Deserialize<T>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", name + ".json")), Options)!;

    public Tensor InputTensor(ScalarType dataType) => torch.tensor(Input.Data, Input.Shape, dataType);

    public Tensor LabelTensor() => torch.tensor(Labels);

    /// <summary>The network with the fixture's parameters and buffers.</summary>
    public nn.Module<Tensor, Tensor> CreateNetwork(ScalarType dataType)
    {
        nn.Module<Tensor, Tensor> network = Name switch
        {
            "mlp" or "mlp_zero_bias" => new MlpNetwork(),
            "conv" => new ConvNetwork(),
            "resblock_bn" => new ResidualNetwork(),
            "lstm" => new RecurrentNetwork(lstm: true),
            "gru" => new RecurrentNetwork(lstm: false),
            _ => throw new NotSupportedException(Name),
        };
        network.to(dataType);
        Dictionary<string, Tensor> tensors = network.named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter);
        foreach ((string name, Tensor buffer) in network.named_buffers())
        {
            tensors.Add(name, buffer);
        }

        using var scope = NewDisposeScope();
        using (no_grad())
        {
            foreach (NamedValues values in Parameters.Concat(Buffers))
            {
                tensors[values.Name].copy_(torch.tensor(values.Data, values.Shape, dataType));
            }
        }

        return network;
    }
}

internal sealed record Values(long[] Shape, double[] Data);

internal sealed record NamedValues(string Name, long[] Shape, double[] Data);

internal sealed record FixtureCase(
    bool TrainMode, string[] Prunable, long M, double SumAbsGradient, Dictionary<string, Values> Score, FixtureMask[] Masks);

internal sealed record FixtureMask(double Sparsity, long K, Dictionary<string, long> KeptPerParameter, Dictionary<string, int[]> Mask);

internal sealed record TrainingRun(string Case, double MaskOfSparsity, double[] LossBeforeEachStep, NamedValues[] ParametersAfter);
