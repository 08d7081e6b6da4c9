using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>
/// Cross-entropy of softmax, with class weights w and label smoothing s: with p the softmax of an image's logits and y its class among k,
/// the loss is (1 - s) w[y] (-log p[y]) + s / k * sum over c of w[c] (-log p[c]). Its gradient by logit c is p[c] ((1 - s) w[y] + s / k *
/// sum of w) - (1 - s) w[y] (only for c = y) - s / k w[c].
/// </summary>
/// <param name="classWeights">The weight of each class; null if all are 1.</param>
/// <param name="smoothing">The label smoothing.</param>
internal sealed unsafe class ClassificationLoss<TSimd, TVector>(float[]? classWeights, double smoothing)
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Below this probability its logarithm is computed from the logits, because the probability loses digits.</summary>
    private const float SmallProbability = 1e-30f;

    /// <summary>What the weights of some images add up to: that of the losses' mean.</summary>
    /// <param name="labels">The class of each image.</param>
    /// <param name="weights">How much each image counts.</param>
    /// <param name="learns">Whether the images are learned from; otherwise each counts 1.</param>
    /// <returns>The sum; 1 instead of 0, because then there is nothing to divide.</returns>
    public double SumWeights(ReadOnlySpan<int> labels, ReadOnlySpan<float> weights, bool learns)
    {
        if (!learns)
        {
            return labels.Length;
        }

        double sum = 0;
        for (int image = 0; image < labels.Length; image++)
        {
            sum += weights[image] * WeightOf(labels[image]);
        }

        return sum == 0 ? 1 : sum;
    }

    /// <summary>Computes the loss of a block and the gradients of its logits.</summary>
    /// <param name="logits">The logits; receives their gradients.</param>
    /// <param name="block">The block of images. To evaluate, class weights and label smoothing do not count.</param>
    /// <param name="labels">The class of each image.</param>
    /// <param name="weights">How much each image counts.</param>
    /// <param name="weightSum">What the gradients are divided by: the sum of the weights of the batch.</param>
    /// <param name="predicted">Receives the class with the largest logit of each image.</param>
    /// <returns>The sum of the losses, and the number of images whose class has the largest logit.</returns>
    public (double LossSum, long Correct) Run(
        Target logits, in TrainingBlock block, ReadOnlySpan<int> labels, ReadOnlySpan<float> weights, double weightSum,
        Span<int> predicted)
    {
        int classes = (int)logits.Count, lanes = block.Lanes;
        float* values = logits.ValuesIn(block), gradients = logits.GradientsIn(block);
        new ReadOnlySpan<float>(values, classes * lanes).CopyTo(new Span<float>(gradients, classes * lanes));
        Softmax<TSimd, TVector>.Run(gradients, classes, lanes);
        double lossSum = 0;
        long correct = 0;
        bool isPlain = !block.Learns || (classWeights is null && smoothing == 0);
        for (int image = 0; image < block.Images; image++)
        {
            long label = (long)labels[image] * lanes;
            float probability = gradients[label + image];
            double loss = probability > SmallProbability
                ? -Math.Log(probability)
                : LossFromLogits(values + image, classes, lanes, labels[image]);
            predicted[image] = FindLargest(values + image, classes, lanes);
            correct += predicted[image] == labels[image] ? 1 : 0;
            if (isPlain && (!block.Learns || weights[image] == 1))
            {
                lossSum += loss;
                gradients[label + image] = probability - 1;
            }
            else
            {
                lossSum += Weigh(values + image, gradients + image, classes, lanes, labels[image], weights[image], loss);
            }
        }

        TVector factor = TSimd.Broadcast((float)(1 / weightSum));
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

    /// <summary>The weighted loss of an image, and its gradients instead of its probabilities.</summary>
    private double Weigh(float* logits, float* probabilities, int classes, int stride, int label, float weight, double loss)
    {
        double ofLabel = (1 - smoothing) * WeightOf(label), share = smoothing / classes, weightSum = 0, spread = 0;
        for (int c = 0; c < classes; c++)
        {
            weightSum += WeightOf(c);
            spread += WeightOf(c) * (loss + logits[label * stride] - logits[c * stride]);
        }

        for (int c = 0; c < classes; c++)
        {
            double gradient = (probabilities[c * stride] * (ofLabel + (share * weightSum))) - (share * WeightOf(c));
            probabilities[c * stride] = (float)(weight * (c == label ? gradient - ofLabel : gradient));
        }

        return weight * ((ofLabel * loss) + (share * spread));
    }

    private double WeightOf(int label) => classWeights is null ? 1 : classWeights[label];

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
