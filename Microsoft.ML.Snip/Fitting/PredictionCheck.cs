using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Torch;
using Microsoft.ML.Snip.Images.InMemory;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>
/// The last step of a fit: some of the training images go through what was trained and through what will predict, as one batch and in
/// parts. All must give the same, so that no model leaves a fit that answers otherwise than it was trained to.
/// </summary>
/// <remarks>
/// Logarithms of probabilities are compared: unlike probabilities they do not saturate, and they are the logits but for what all classes of
/// an image share. Both sides compute in single precision but add in another order, which sets them apart by a millionth of the largest
/// logit at most (measured on all built-in networks); a state that did not come along sets them apart by about the size of the logits.
/// </remarks>
internal sealed class PredictionCheck
{
    /// <summary>The largest difference accepted, as a share of the largest logit.</summary>
    private const float Tolerance = 1e-3f;

    /// <summary>Probabilities below exp(-80) are taken for that: they are near the smallest that single precision holds.</summary>
    private const float Smallest = -80;

    private readonly TrainableNetwork _network;
    private readonly INetworkExecutor _executor;
    private readonly ImageSample _sample;
    private readonly float _largest;

    private PredictionCheck(TrainableNetwork network, INetworkExecutor executor, ImageSample sample)
    {
        _network = network;
        _executor = executor;
        _sample = sample;
        _largest = network.FindLargestLogit(sample);
    }

    /// <param name="network">What was trained.</param>
    /// <param name="executor">What will predict.</param>
    /// <param name="sample">Images to try.</param>
    /// <param name="learningRate">The learning rate that it was trained with, for the message if an output is not finite.</param>
    /// <exception cref="InvalidOperationException">
    /// They differ, or an output is not finite; the message says how, and what to do.
    /// </exception>
    public static void Run(TrainableNetwork network, INetworkExecutor executor, ImageSample sample, double learningRate)
    {
        var check = new PredictionCheck(network, executor, sample);
        if (!float.IsFinite(check._largest))
        {
            throw Divergence.Found("the outputs for training images are not finite", learningRate);
        }

        float[] trained = check.Trained(0, sample.Count), predicted = check.Predicted(0, sample.Count);
        check.Require(trained, check.Trained(0, sample.Count), PredictionFault.DiffersEachTime);
        check.Require(trained, check.InParts(check.Trained), PredictionFault.MixesBatch);
        check.Require(trained, predicted, PredictionFault.DiffersFromTrained);
        check.Require(predicted, check.InParts(check.Predicted), PredictionFault.DiffersInParts);
    }

    /// <summary>Parts of the sizes that code treats each in its own way: one image, a few, more.</summary>
    private float[] InParts(Func<int, int, float[]> scores)
    {
        int few = (_sample.Count - 1) / 3, more = _sample.Count - 1 - few;
        return [.. scores(0, 1), .. few > 0 ? scores(1, few) : [], .. more > 0 ? scores(1 + few, more) : []];
    }

    private float[] Trained(int first, int count) => _network.PredictLogarithms(_sample, first, count);

    private float[] Predicted(int first, int count)
    {
        var scores = new float[count * _network.Definition.ClassCount];
        _executor.Predict(_sample.Pixels.AsSpan(first * _sample.ImageLength, count * _sample.ImageLength), count, scores);
        return Array.ConvertAll(scores, MathF.Log);
    }

    private void Require(float[] expected, float[] found, PredictionFault fault)
    {
        float max = 0;
        for (int at = 0; at < expected.Length; at++)
        {
            float difference = Math.Abs(Math.Max(Smallest, expected[at]) - Math.Max(Smallest, found[at]));
            max = Math.Max(max, difference); // Not a number if either is.
        }

        if (!(max <= Tolerance * Math.Max(1, _largest)))
        {
            throw new InvalidOperationException(FormattableString.Invariant($"{_network.Explain(fault)} (Of {_sample.Count} training images, scores differ by up to {max:G3} where outputs reach {_largest:G3}.)"));
        }
    }
}
