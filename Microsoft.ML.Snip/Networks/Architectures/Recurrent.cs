namespace Microsoft.ML.Snip.Networks.Architectures;

/// <summary>
/// LSTM-s, LSTM-b, GRU-s and GRU-b of the SNIP paper: an image read row by row, a linear layer on each row, one recurrent layer as wide
/// (128 units in s, 256 in b), and a linear layer on the last state. The cells are TorchSharp's, with two biases a gate.
/// </summary>
internal static class Recurrent
{
    public static NetworkDefinition BuildLstm(string name, int units, ImageShape inputShape, int classCount) =>
        Start(name, units, inputShape).Lstm(units).LastStep().Linear(classCount).ToDefinition();

    public static NetworkDefinition BuildGru(string name, int units, ImageShape inputShape, int classCount) =>
        Start(name, units, inputShape).Gru(units).LastStep().Linear(classCount).ToDefinition();

    private static NetworkBuilder Start(string name, int units, ImageShape inputShape) =>
        NetworkDefinition.Build(name, inputShape).RowsAsSequence().Linear(units);
}
