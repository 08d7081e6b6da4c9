using Microsoft.ML.Snip.Compaction;
using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Sparse.Matrices;

namespace Microsoft.ML.Snip.Tests.Compaction;

/// <summary>Networks so small that what must be left of them can be worked out by hand.</summary>
[TestClass]
public class CompactorTests
{
    [TestMethod]
    public void A_unit_that_nothing_reaches_becomes_part_of_the_next_bias()
    {
        // Unit 0 has no inputs and bias 3: it is always relu(3) = 3. Unit 1 has no inputs and bias -3: always relu(-3) = 0. Unit 2
        // computes.
        SparseNetwork compact = Compact(
            Vectors(2).Linear(3).ReLU().Linear(2).ToDefinition(),
            ("fc1.weight", [0, 0, 0, 0, 1, 2]), ("fc1.bias", [3, -3, 5]),
            ("fc2.weight", [10, 20, 30, 40, 50, 0]), ("fc2.bias", [1, 2]));
        AssertLayer(compact, "fc1", [1, 2], [5]);
        AssertLayer(compact, "fc2", [30, 0], [1 + (10 * 3), 2 + (40 * 3)]);
    }

    [TestMethod]
    public void A_unit_that_nothing_reads_goes_and_takes_along_what_only_it_reads()
    {
        // fc2 reads unit 0 of fc1 for its own unit 0 only, which fc3 does not read.
        SparseNetwork compact = Compact(
            Vectors(2).Linear(2, bias: false).ReLU().Linear(2, bias: false).ReLU().Linear(2, bias: false).ToDefinition(),
            ("fc1.weight", [1, 2, 3, 4]), ("fc2.weight", [5, 0, 0, 6]), ("fc3.weight", [0, 7, 0, 8]));
        AssertLayer(compact, "fc1", [3, 4], null);
        AssertLayer(compact, "fc2", [6], null);
        AssertLayer(compact, "fc3", [7, 8], null);
    }

    [TestMethod]
    public void A_network_that_kept_nothing_gives_its_last_biases()
    {
        SparseNetwork compact = Compact(
            Vectors(2).Linear(4).ReLU().Linear(2).ToDefinition(),
            ("fc1.weight", new float[8]), ("fc1.bias", [1, 1, 1, 1]), ("fc2.weight", new float[8]), ("fc2.bias", [1, 2]));
        AssertLayer(compact, "fc1", [0, 0], null);
        AssertLayer(compact, "fc2", [0, 0], [1, 2]);
        Assert.AreEqual(0, compact.KeptCount);
    }

    [TestMethod]
    public void A_batch_norm_is_multiplied_into_the_convolution_before_it()
    {
        // Scale 6 / sqrt(3 + 1) = 3, shift 5 - 2 * 3 = -1.
        SparseNetwork compact = Compact(
            NetworkDefinition.Build("test", new ImageShape(1, 1, 1)).Conv2d(1, 1).BatchNorm(epsilon: 1).Flatten().Linear(2).ToDefinition(),
            ("conv1.weight", [10]), ("conv1.bias", [4]),
            ("bn1.weight", [6]), ("bn1.bias", [5]), ("bn1.running_mean", [2]), ("bn1.running_var", [3]),
            ("fc1.weight", [1, 1]), ("fc1.bias", [0, 1]));
        AssertLayer(compact, "conv1", [30], [(4 * 3) - 1]);
        Assert.IsEmpty(compact.Definition.Layers.OfType<BatchNorm>());
    }

    [TestMethod]
    public void A_batch_norm_of_the_input_is_multiplied_into_the_layer_after_it()
    {
        SparseNetwork compact = Compact(
            NetworkDefinition.Build("test", new ImageShape(1, 1, 2)).BatchNorm(epsilon: 1).Flatten().Linear(2, bias: false).ToDefinition(),
            ("bn1.weight", [6]), ("bn1.bias", [5]), ("bn1.running_mean", [2]), ("bn1.running_var", [3]),
            ("fc1.weight", [1, 2, 0, 4]));
        AssertLayer(compact, "fc1", [3, 6, 0, 12], [-3, -4]);
        Assert.IsEmpty(compact.Definition.Layers.OfType<BatchNorm>());
    }

    [TestMethod]
    public void A_batch_norm_before_a_padded_convolution_stays()
    {
        SparseNetwork compact = Compact(
            NetworkDefinition.Build("test", new ImageShape(1, 3, 3))
                .BatchNorm(epsilon: 1)
                .Conv2d(2, 3, padding: 1, bias: false)
                .GlobalAveragePool()
                .ToDefinition(),
            ("bn1.weight", [6]), ("bn1.bias", [5]), ("bn1.running_mean", [2]), ("bn1.running_var", [3]),
            ("conv1.weight", [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 1, 1, 1, 1, 1, 1, 1, 1]));
        Assert.HasCount(1, compact.Definition.Layers.OfType<BatchNorm>());
    }

    [TestMethod]
    public void A_constant_channel_stays_where_padding_shows_and_goes_where_it_does_not()
    {
        // Channel 0 of conv1 is always 7. A 3x3 kernel over 3x3 pixels with padding 1 has only its middle always over pixels.
        foreach (int tap in Enumerable.Range(0, 9))
        {
            var second = new float[2 * 2 * 9];
            second[tap] = 10;
            second[9 + 4] = 20;
            second[27 + 4] = 30;
            SparseNetwork compact = Compact(
                NetworkDefinition.Build("test", new ImageShape(1, 3, 3))
                    .Conv2d(2, 1)
                    .Conv2d(2, 3, padding: 1, bias: false)
                    .GlobalAveragePool()
                    .ToDefinition(),
                ("conv1.weight", [0, 1]), ("conv1.bias", [7, 0]), ("conv2.weight", second));
            bool middle = tap == 4;
            Assert.HasCount(middle ? 1 : 2, compact.Weights["conv1.weight"].ToDense(), $"position {tap}");
            Assert.AreEqual(middle ? 70 : (float?)null, compact.Vectors.GetValueOrDefault("conv2.bias")?[0], $"position {tap}");
        }
    }

    [TestMethod]
    public void A_channel_that_is_always_0_goes_in_spite_of_padding()
    {
        SparseNetwork compact = Compact(
            NetworkDefinition.Build("test", new ImageShape(1, 3, 3))
                .Conv2d(2, 1)
                .ReLU()
                .Conv2d(2, 3, padding: 1, bias: false)
                .GlobalAveragePool()
                .ToDefinition(),
            ("conv1.weight", [0, 1]), ("conv1.bias", [-7, 0]), ("conv2.weight", [.. Enumerable.Repeat(1f, 36)]));
        AssertLayer(compact, "conv1", [1], null);
        Assert.AreEqual(18, compact.Weights["conv2.weight"].KeptCount);
    }

    [TestMethod]
    public void Weights_that_only_ever_lie_over_padding_go()
    {
        SparseNetwork compact = Compact(
            NetworkDefinition.Build("test", new ImageShape(1, 1, 1)).Conv2d(2, 3, padding: 1, bias: false).Flatten().ToDefinition(),
            ("conv1.weight", [.. Enumerable.Range(1, 18).Select(value => (float)value)]));
        AssertLayer(compact, "conv1", [0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 14, 0, 0, 0, 0], null);
    }

    [TestMethod]
    public void A_channel_of_a_residual_sum_goes_only_if_it_is_dead_in_both_terms()
    {
        // Channel 0 is dead in both terms, channel 1 in the second only, channel 2 in neither; nothing reads channel 3 of the sum.
        NetworkBuilder builder = NetworkDefinition.Build("test", new ImageShape(1, 2, 2));
        string first = builder.Conv2d(4, 1, name: "first").Current;
        builder.From(NetworkDefinition.InputName).Conv2d(4, 1, name: "second").Add(first).ReLU().GlobalAveragePool().Linear(2);
        SparseNetwork compact = Compact(
            builder.ToDefinition(),
            ("first.weight", [0, 1, 2, 3]), ("first.bias", [5, 0, 0, 0]),
            ("second.weight", [0, 0, 4, 5]), ("second.bias", [6, 8, 0, 0]),
            ("fc1.weight", [1, 2, 3, 0, 4, 5, 6, 0]), ("fc1.bias", [0, 0]));
        AssertLayer(compact, "first", [1, 2], null);
        AssertLayer(compact, "second", [0, 4], [8, 0]);
        AssertLayer(compact, "fc1", [2, 3, 5, 6], [5 + 6, 4 * (5 + 6)]);
    }

    [TestMethod]
    public void Channels_are_followed_through_flatten()
    {
        // Two channels of 1x2 pixels; the linear layer reads the second channel's second pixel only.
        SparseNetwork compact = Compact(
            NetworkDefinition.Build("test", new ImageShape(1, 1, 2))
                .Conv2d(2, 1, bias: false)
                .Flatten()
                .Linear(2, bias: false)
                .ToDefinition(),
            ("conv1.weight", [1, 2]), ("fc1.weight", [0, 0, 0, 3, 0, 0, 0, 4]));
        AssertLayer(compact, "conv1", [2], null);
        AssertLayer(compact, "fc1", [0, 3, 0, 4], null);
    }

    [TestMethod]
    public void A_recurrent_unit_that_influences_no_output_goes()
    {
        // The output reads unit 0, whose update gate reads unit 1; only unit 2 reads unit 2.
        var states = new float[9 * 3];
        states[(3 + 0) * 3 + 1] = 1;
        states[(0 + 2) * 3 + 2] = 1;
        SparseNetwork compact = CompactGru(states, new float[9]);
        Assert.AreEqual(2, compact.Definition.Layers.OfType<Gru>().Single().Units);
        CollectionAssert.AreEqual(new float[] { 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0 }, compact.Weights["gru1.weight_hh_l0"].ToDense());
    }

    [TestMethod]
    public void Recurrent_units_that_hold_each_other_at_0_go()
    {
        // Unit 0 reads units 1 and 2, which have no inputs, read each other, and start from 0.
        var states = new float[9 * 3];
        states[(6 + 0) * 3 + 1] = 1;
        states[(6 + 1) * 3 + 2] = 1;
        states[(6 + 2) * 3 + 1] = 1;
        var inputs = new float[9];
        inputs[6] = 1;
        SparseNetwork compact = CompactGru(states, inputs);
        Assert.AreEqual(1, compact.Definition.Layers.OfType<Gru>().Single().Units);
        Assert.AreEqual(0, compact.Weights["gru1.weight_hh_l0"].KeptCount);
    }

    [TestMethod]
    public void Biases_of_a_recurrent_unit_cancel_in_lstm_and_not_in_gru()
    {
        // The third gate's biases are 1 and -1. The LSTM adds them; the GRU first multiplies the second by its reset gate, here 1/2.
        float[] inputBias = [0, 0, 1, 0], stateBias = [0, 0, -1, 0];
        NetworkBuilder lstm = NetworkDefinition.Build("test", new ImageShape(1, 4, 1))
            .RowsAsSequence()
            .Lstm(1, name: "rnn")
            .LastStep()
            .Linear(2);
        NetworkBuilder gru = NetworkDefinition.Build("test", new ImageShape(1, 4, 1))
            .RowsAsSequence()
            .Gru(1, name: "rnn")
            .LastStep()
            .Linear(2);
        Assert.AreEqual(0, CompactUnit(lstm, inputBias, stateBias).Weights["fc1.weight"].KeptCount);
        Assert.AreEqual(2, CompactUnit(gru, inputBias[..3], stateBias[..3]).Weights["fc1.weight"].KeptCount);

        static SparseNetwork CompactUnit(NetworkBuilder network, float[] inputBias, float[] stateBias) => Compact(
            network.ToDefinition(),
            ("rnn.weight_ih_l0", new float[inputBias.Length]), ("rnn.weight_hh_l0", new float[inputBias.Length]),
            ("rnn.bias_ih_l0", inputBias), ("rnn.bias_hh_l0", stateBias), ("fc1.weight", [1, 2]), ("fc1.bias", [3, 4]));
    }

    [TestMethod]
    public void The_pixels_and_the_classes_stay()
    {
        NetworkDefinition definition = Vectors(3).Linear(5).ToDefinition();
        SparseNetwork compact = Compact(definition, ("fc1.weight", new float[15]), ("fc1.bias", new float[5]));
        Assert.AreEqual(definition.InputShape, compact.Definition.InputShape);
        Assert.AreEqual(5, compact.Definition.ClassCount);
    }

    /// <summary>A layer of 3 GRU units over sequences of one number; two classes read unit 0. All biases but one are 0.</summary>
    private static SparseNetwork CompactGru(float[] states, float[] inputs)
    {
        float[] inputBias = [0, 0, 0, 0, 0, 0, 1, 0, 0];
        if (inputs[6] == 0)
        {
            Array.Fill(inputBias, 1);
        }

        return Compact(
            NetworkDefinition.Build("test", new ImageShape(1, 4, 1))
                .RowsAsSequence()
                .Gru(3)
                .LastStep()
                .Linear(2, bias: false)
                .ToDefinition(),
            ("gru1.weight_ih_l0", inputs), ("gru1.weight_hh_l0", states), ("gru1.bias_ih_l0", inputBias), ("gru1.bias_hh_l0", new float[9]),
            ("fc1.weight", [1, 0, 0, 2, 0, 0]));
    }

    private static NetworkBuilder Vectors(int length) => NetworkDefinition.Build("test", new ImageShape(length, 1, 1)).Flatten();

    /// <summary>Compacts a network of dense arrays, in which a 0 is a cut weight, and checks that its function stays.</summary>
    private static SparseNetwork Compact(NetworkDefinition definition, params (string Name, float[] Values)[] tensors)
    {
        var weights = new Dictionary<string, SparseMatrix>();
        var vectors = new Dictionary<string, float[]>();
        foreach ((string name, float[] values) in tensors)
        {
            NetworkParameter parameter = definition.Parameters.Single(parameter => parameter.Name == name);
            if (parameter.Role == ParameterRole.Weight)
            {
                weights.Add(
                    name,
                    SparseMatrix.FromDense(values, [.. values.Select(value => value != 0)], parameter.Shape[0], (int)parameter.FanIn));
            }
            else
            {
                vectors.Add(name, values);
            }
        }

        var network = new SparseNetwork(definition, weights, vectors);
        SparseNetwork compact = Compactor.Compact(network);
        Evaluation.AssertSameFunction(network, compact, seed: 1);
        return compact;
    }

    private static void AssertLayer(SparseNetwork network, string layer, float[] weights, float[]? bias)
    {
        CollectionAssert.AreEqual(weights, network.Weights[$"{layer}.weight"].ToDense(), layer);
        CollectionAssert.AreEqual(bias, network.Vectors.GetValueOrDefault($"{layer}.bias"), layer);
    }
}
