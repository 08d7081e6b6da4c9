using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Compaction;

/// <summary>
/// The units of a recurrent layer that stay at their initial state 0: their new value is tanh(0) at every step, because their biases sum to
/// 0 and their only connections come from other such units.
/// </summary>
internal static class RecurrentZeros
{
    /// <summary>
    /// The gate with the tanh is the third for both: the cell gate of <see cref="Lstm"/> and the new gate of <see cref="Gru"/>.
    /// </summary>
    private const int NewValueGate = 2;

    /// <returns>0 for each such unit, null for the others.</returns>
    public static double?[] Find(RecurrentLayer layer, SparseNetwork network, Connections inputs)
    {
        float[] inputBias = network.Vectors[$"{layer.Name}.bias_ih_l0"], stateBias = network.Vectors[$"{layer.Name}.bias_hh_l0"];
        double?[] zeros = [.. Enumerable.Range(0, layer.Units).Select(unit => StaysZeroAlone(RowOf(unit)) ? 0.0 : (double?)null)];
        var states = new Connections(network.Weights[$"{layer.Name}.weight_hh_l0"], KernelReach.Single, zeros);

        // A unit that can change may change others. When no further unit is found, the remaining units stay at 0.
        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int unit = 0; unit < layer.Units; unit++)
            {
                if (zeros[unit] is not null && states.Transmitting(RowOf(unit)).Any())
                {
                    zeros[unit] = null;
                    changed = true;
                }
            }
        }

        return zeros;

        int RowOf(int unit) => (NewValueGate * layer.Units) + unit;

        // A GRU multiplies the state's bias by the reset gate, so the state's bias cannot cancel the input's bias.
        bool StaysZeroAlone(int row) =>
            !inputs.Transmitting(row).Any()
            && inputs.SumOfConstants(row) + inputBias[row] + stateBias[row] == 0
            && (layer is Lstm || stateBias[row] == 0);
    }
}
