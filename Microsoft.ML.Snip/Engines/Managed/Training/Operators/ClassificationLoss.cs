using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>
/// Cross-entropy of softmax: with p the softmax of an image's logits x and c its class, the loss is -log p[c], and its gradient p - 1 at
/// the class and p elsewhere.
/// </summary>
internal static unsafe class ClassificationLoss<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Below this probability its logarithm is computed from the logits, because the probability loses digits.</summary>
    private const float SmallProbability = 1e-30f;

    /// <summary>Computes the loss of a block and the gradients of its logits.</summary>
    /// <param name="logits">The logits; receives their gradients.</param>
    /// <param name="block">The block of images.</param>
    /// <param name="labels">The class of each image.</param>
    /// <param name="weight">What the gradients are multiplied with: one over the number of images in the batch.</param>
    /// <returns>The sum of the losses, and the number of images whose class has the largest logit.</returns>
    public static (double LossSum, long Correct) Run(Signal logits, ImageBlock block, ReadOnlySpan<int> labels, float weight)
    {
        int classes = logits.Count, lanes = block.Lanes;
        float* values = logits.Values.Pointer, gradients = logits.Gradients!.Pointer;
        logits.Values.Span[..(classes * lanes)].CopyTo(logits.Gradients.Span);
        Softmax<TSimd, TVector>.Run(gradients, classes, lanes);
        double lossSum = 0;
        long correct = 0;
        for (int image = 0; image < block.Images; image++)
        {
            long label = (long)labels[image] * lanes;
            float probability = gradients[label + image];
            lossSum += probability > SmallProbability
                ? -Math.Log(probability)
                : LossFromLogits(values + image, classes, lanes, labels[image]);
            correct += FindLargest(values + image, classes, lanes) == labels[image] ? 1 : 0;
            gradients[label + image] = probability - 1;
        }

        TVector factor = TSimd.Broadcast(weight);
        for (int i = 0; i < classes * lanes; i += TSimd.Width)
        {
            TSimd.Store(TSimd.Multiply(TSimd.Load(gradients + i), factor), gradients + i);
        }

        for (int c = 0; c < classes; c++)
        {
            new Span<float>(gradients + ((long)c * lanes) + block.Images, lanes - block.Images).Clear();
        }

        return (lossSum, correct);
    }

    /// <summary>log(sum over k of exp(x[k] - max)) - (x[label] - max), in double precision.</summary>
    private static double LossFromLogits(float* logits, int classes, int stride, int label)
    {
        double largest = logits[FindLargest(logits, classes, stride) * stride], sum = 0;
        for (int c = 0; c < classes; c++)
        {
            sum += Math.Exp(logits[c * stride] - largest);
        }

        return Math.Log(sum) - (logits[label * stride] - largest);
    }

    /// <summary>The first class with the largest logit.</summary>
    private static int FindLargest(float* logits, int classes, int stride)
    {
        int found = 0;
        for (int c = 1; c < classes; c++)
        {
            found = logits[c * stride] > logits[found * stride] ? c : found;
        }

        return found;
    }
}
