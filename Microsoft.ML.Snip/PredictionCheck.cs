using Microsoft.ML.Snip.Sparse;
using Microsoft.ML.Snip.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip;

/// <summary>
/// The last step of a fit: some of the training pictures go through what was trained and through what will predict, as one batch and in parts. All must
/// give the same, so that no model leaves a fit that answers otherwise than it was trained to.
/// </summary>
/// <remarks>
/// Logarithms of probabilities are compared: unlike probabilities they do not saturate, and they are the logits but for what all classes of a picture
/// share. Both sides compute in single precision but add in another order, which sets them apart by a millionth of the largest logit at most (measured on all
/// built-in networks); a state that did not come along sets them apart by about the size of the logits.
/// </remarks>
internal sealed class PredictionCheck
{
    /// <summary>The largest difference accepted, as a share of the largest logit.</summary>
    private const float Tolerance = 1e-3f;

    /// <summary>Probabilities below exp(-80) are taken for that: they are near the smallest that single precision holds.</summary>
    private const float Least = -80;

    private readonly TrainableNetwork _network;
    private readonly INetworkExecutor _executor;
    private readonly PictureSample _sample;
    private readonly float _largest;

    private PredictionCheck(TrainableNetwork network, INetworkExecutor executor, PictureSample sample)
    {
        _network = network;
        _executor = executor;
        _sample = sample;
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        _largest = Logits(0, sample.Count).abs().max().item<float>();
    }

    /// <param name="network">What was trained; it is put into evaluation mode.</param>
    /// <param name="executor">What will predict.</param>
    /// <param name="sample">Pictures to try.</param>
    /// <param name="learningRate">The learning rate that it was trained with, for the message if an output is not finite.</param>
    /// <exception cref="InvalidOperationException">They differ, or an output is not finite; the message says how, and what to do.</exception>
    public static void Run(TrainableNetwork network, INetworkExecutor executor, PictureSample sample, double learningRate)
    {
        network.Module.eval();
        var check = new PredictionCheck(network, executor, sample);
        if (!float.IsFinite(check._largest))
        {
            throw Divergence.Found("the outputs for training pictures are not finite", learningRate);
        }

        float[] trained = check.Trained(0, sample.Count), predicted = check.Predicted(0, sample.Count);
        if (network.Definition.Module is { } module)
        {
            check.Require(trained, check.Trained(0, sample.Count), () =>
                $"The module '{module.RegisteredName}' gives other outputs each time for the same pictures: it draws random numbers in evaluation mode too. "
                + "Draw them only while 'training' is true; a registered nn.Dropout does.");
            check.Require(trained, check.InParts(check.Trained), () =>
                $"The module '{module.RegisteredName}' gives other outputs for pictures one by one than in a batch, which predictions are made in: in evaluation mode too it "
                + "mixes the pictures of a batch, as a batch norm with track_running_stats false does. What it gives for a picture must not depend on the others.");
            check.Require(trained, predicted, () =>
                $"The module '{module.RegisteredName}' would predict otherwise than it was trained to: its state is more than its parameters and persistent buffers, "
                + "which are all that a new module of the factory is given. Look for constants drawn at random in its constructor (register_buffer stores them), "
                + "tensors from outside that change, fields that forward writes, and buffers registered as not persistent.");
        }

        check.Require(trained, predicted, () => check.FaultOfOurs("as one batch"));
        check.Require(predicted, check.InParts(check.Predicted), () => check.FaultOfOurs("picture by picture"));
    }

    /// <summary>Parts of the sizes that code treats each in its own way: one picture, a few, more.</summary>
    private float[] InParts(Func<int, int, float[]> scores)
    {
        int few = (_sample.Count - 1) / 3, more = _sample.Count - 1 - few;
        return [.. scores(0, 1), .. few > 0 ? scores(1, few) : [], .. more > 0 ? scores(1 + few, more) : []];
    }

    private float[] Trained(int first, int count)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        return Logits(first, count).log_softmax(1).contiguous().data<float>().ToArray();
    }

    private Tensor Logits(int first, int count) => _network.Module.call(_sample.ToTensor().narrow(0, first, count));

    private float[] Predicted(int first, int count)
    {
        var scores = new float[count * _network.Definition.ClassCount];
        _executor.Predict(_sample.Pixels.AsSpan(first * _sample.PictureLength, count * _sample.PictureLength), count, scores);
        return Array.ConvertAll(scores, MathF.Log);
    }

    private void Require(float[] expected, float[] found, Func<string> fault)
    {
        float most = 0;
        for (int at = 0; at < expected.Length; at++)
        {
            float difference = Math.Abs(Math.Max(Least, expected[at]) - Math.Max(Least, found[at]));
            most = Math.Max(most, difference); // Not a number if either is.
        }

        if (!(most <= Tolerance * Math.Max(1, _largest)))
        {
            throw new InvalidOperationException(FormattableString.Invariant($"{fault()} (Of {_sample.Count} training pictures, scores differ by up to {most:G3} where outputs reach {_largest:G3}.)"));
        }
    }

    private string FaultOfOurs(string how) =>
        $"The network '{_network.Definition.Name}' predicts otherwise than it was trained to, {how}, though nothing of it is yours: "
        + "the library, or what libtorch computes on this machine, is at fault. Please report it with this message.";
}
