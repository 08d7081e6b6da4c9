using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Parameters;

/// <summary>
/// The optimizer step of all parameters in one pass: scales each gradient and adds the weight decay to it, updates the optimizer's state
/// and the value, and sets the gradient to 0. The formulas are those of the TorchSharp engine.
/// </summary>
internal sealed unsafe class OptimizerPass<TSimd, TVector>(ParameterSet parameters, TrainingSettings settings)
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const double MeanSquareDecay = 0.999, Epsilon = 1e-8;

    /// <param name="learningRate">The learning rate.</param>
    /// <param name="step">The number of the step; the first is 1.</param>
    public void Step(double learningRate, long step)
    {
        SumParts();
        TVector scale = TSimd.Broadcast(settings.MaxGradientNorm is { } limit ? FindScale(limit) : 1);
        switch (settings.Optimizer)
        {
            case TrainingOptimizer.Sgd:
                StepSgd(learningRate, scale);
                break;
            case TrainingOptimizer.Adam:
                StepAdam(learningRate, step, scale, settings.WeightDecay, kept: 1);
                break;
            case TrainingOptimizer.AdamW:
                StepAdam(learningRate, step, scale, decayOfGradient: 0, kept: 1 - (learningRate * settings.WeightDecay));
                break;
            default:
                throw new InvalidOperationException($"The optimizer {settings.Optimizer} is not known.");
        }
    }

    /// <summary>Adds the gradients of the later parts to those of the first, in order, and sets them to 0.</summary>
    private void SumParts()
    {
        float* sums = parameters.Gradients[0].Pointer;
        for (int part = 1; part < parameters.Gradients.Length; part++)
        {
            float* gradients = parameters.Gradients[part].Pointer;
            for (int i = 0; i < parameters.Length; i += TSimd.Width)
            {
                TSimd.Store(TSimd.Add(TSimd.Load(sums + i), TSimd.Load(gradients + i)), sums + i);
                TSimd.Store(TSimd.Zero, gradients + i);
            }
        }
    }

    /// <summary>What the gradients are multiplied with so that all of them together are not longer than the limit.</summary>
    private float FindScale(double limit)
    {
        float* gradients = parameters.Gradients[0].Pointer;
        double squares = 0;
        for (int i = 0; i < parameters.Length; i += TSimd.Width)
        {
            TVector gradient = TSimd.Load(gradients + i);
            squares += TSimd.Sum(TSimd.Multiply(gradient, gradient));
        }

        double norm = Math.Sqrt(squares);
        return norm > limit ? (float)(limit / norm) : 1;
    }

    /// <summary>
    /// With g the gradient and its weight decay: v = momentum * v + g, w = w - learning rate * v; with Nesterov's momentum w = w - learning
    /// rate * (g + momentum * v).
    /// </summary>
    private void StepSgd(double learningRate, TVector scale)
    {
        float* values = parameters.Values.Pointer, gradients = parameters.Gradients[0].Pointer, velocities = parameters.Means.Pointer;
        TVector decay = TSimd.Broadcast((float)settings.WeightDecay), momentum = TSimd.Broadcast((float)settings.Momentum);
        TVector rate = TSimd.Broadcast((float)-learningRate);
        for (int i = 0; i < parameters.Length; i += TSimd.Width)
        {
            TVector value = TSimd.Load(values + i);
            TVector gradient = TSimd.MultiplyAdd(decay, value, TSimd.Multiply(scale, TSimd.Load(gradients + i)));
            TVector velocity = TSimd.MultiplyAdd(momentum, TSimd.Load(velocities + i), gradient);
            TVector step = settings.Nesterov ? TSimd.MultiplyAdd(momentum, velocity, gradient) : velocity;
            TSimd.Store(velocity, velocities + i);
            TSimd.Store(TSimd.MultiplyAdd(rate, step, value), values + i);
            TSimd.Store(TSimd.Zero, gradients + i);
        }
    }

    /// <summary>
    /// Adam (Kingma and Ba, 2015, algorithm 1). With g the gradient and its weight decay, m the running mean of g and s of its square:
    /// w = kept * w - learning rate / (1 - beta1^t) * m / (sqrt(s) / sqrt(1 - beta2^t) + epsilon).
    /// </summary>
    private void StepAdam(double learningRate, long step, TVector scale, double decayOfGradient, double kept)
    {
        float* values = parameters.Values.Pointer, gradients = parameters.Gradients[0].Pointer;
        float* means = parameters.Means.Pointer, meanSquares = parameters.MeanSquares.Pointer;
        TVector decay = TSimd.Broadcast((float)decayOfGradient), epsilon = TSimd.Broadcast((float)Epsilon);
        TVector keptMean = TSimd.Broadcast((float)settings.Momentum), addedMean = TSimd.Broadcast((float)(1 - settings.Momentum));
        TVector keptSquare = TSimd.Broadcast((float)MeanSquareDecay), addedSquare = TSimd.Broadcast((float)(1 - MeanSquareDecay));
        TVector rate = TSimd.Broadcast((float)(-learningRate / (1 - Math.Pow(settings.Momentum, step))));
        TVector correction = TSimd.Broadcast((float)Math.Sqrt(1 - Math.Pow(MeanSquareDecay, step)));
        TVector keptValue = TSimd.Broadcast((float)kept);
        for (int i = 0; i < parameters.Length; i += TSimd.Width)
        {
            TVector value = TSimd.Load(values + i);
            TVector gradient = TSimd.MultiplyAdd(decay, value, TSimd.Multiply(scale, TSimd.Load(gradients + i)));
            TVector mean = TSimd.MultiplyAdd(addedMean, gradient, TSimd.Multiply(keptMean, TSimd.Load(means + i)));
            TVector meanSquare = TSimd.MultiplyAdd(
                TSimd.Multiply(addedSquare, gradient), gradient, TSimd.Multiply(keptSquare, TSimd.Load(meanSquares + i)));
            TVector divisor = TSimd.Add(TSimd.Divide(TSimd.Sqrt(meanSquare), correction), epsilon);
            TSimd.Store(mean, means + i);
            TSimd.Store(meanSquare, meanSquares + i);
            TSimd.Store(TSimd.Add(TSimd.Multiply(keptValue, value), TSimd.Multiply(rate, TSimd.Divide(mean, divisor))), values + i);
            TSimd.Store(TSimd.Zero, gradients + i);
        }
    }
}
