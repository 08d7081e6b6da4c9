using System.Globalization;
using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Torch;
using Microsoft.ML.Snip.Images.Examples;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Fitting;

/// <summary>
/// The last step of a fit: compares the outputs of the trained network and of the executor for some training images, as one batch and in
/// parts. All must be equal up to rounding, so that no fit returns a model that predicts differently from the trained network.
/// </summary>
/// <remarks>
/// Logarithms of probabilities are compared: unlike probabilities they do not saturate, and they differ from the logits only by a constant
/// for each image. Both sides compute in single precision but add in a different order; the differences are at most a millionth of the
/// largest logit (measured on all built-in networks). If a part of the state is not copied, the differences are about as large as the
/// logits.
/// </remarks>
internal sealed class PredictionCheck
{
    /// <summary>The largest allowed difference, relative to the largest logit.</summary>
    private const float Tolerance = 1e-3f;

    /// <summary>Smaller probabilities are treated as exp(-80), which is near the smallest value in single precision.</summary>
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

    /// <param name="network">The trained network.</param>
    /// <param name="executor">The executor of the model.</param>
    /// <param name="sample">The images to compare on.</param>
    /// <param name="learningRate">The learning rate of the training, for the message if an output is not finite.</param>
    /// <exception cref="InvalidOperationException">
    /// The outputs differ, or an output is not finite; the message says how, and what to do.
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

    /// <summary>The scores in parts of sizes that code may handle differently: one image, a few, more.</summary>
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
            max = Math.Max(max, difference); // NaN if either is NaN.
        }

        if (!(max <= Tolerance * Math.Max(1, _largest)))
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{_network.Explain(fault)} (For {_sample.Count} training images, the logarithms of probabilities differ by up to "
                + $"{max:G3}; the largest logit is {_largest:G3}.)"));
        }
    }
}
