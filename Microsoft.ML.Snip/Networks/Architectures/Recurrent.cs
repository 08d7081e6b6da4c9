namespace Microsoft.ML.Snip.Networks.Architectures;

/// <summary>
/// LSTM-s, LSTM-b, GRU-s and GRU-b of the SNIP paper: an image is read row by row. A linear layer is applied to each row, then one
/// recurrent layer of the same width (128 units in s, 256 in b), then a linear layer to the last state. The cells are defined as in
/// TorchSharp, with two biases for each gate.
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
