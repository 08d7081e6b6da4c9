using Microsoft.ML.Snip.Sparse.Vectors;
using Microsoft.ML.Snip.Training;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Parameters;

/// <summary>
/// The optimizer step of all parameters in one pass: adds the weight decay to each gradient, updates the optimizer's state and the value,
/// and sets the gradient to 0. The formulas are those of the TorchSharp engine.
/// </summary>
internal sealed unsafe class OptimizerPass<TSimd, TVector>(ParameterSet parameters, TrainingSettings settings)
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const double MeanSquareDecay = 0.999, Epsilon = 1e-8;

    private long _steps;

    public void Step(double learningRate)
    {
        _steps++;
        switch (settings.Optimizer)
        {
            case TrainingOptimizer.Sgd:
                StepSgd(learningRate);
                break;
            case TrainingOptimizer.Adam:
                StepAdam(learningRate);
                break;
            default:
                throw new InvalidOperationException($"The optimizer {settings.Optimizer} is not known.");
        }
    }

    /// <summary>With g the gradient and its weight decay: v = momentum * v + g, w = w - learning rate * v.</summary>
    private void StepSgd(double learningRate)
    {
        float* values = parameters.Values.Pointer, gradients = parameters.Gradients.Pointer, velocities = parameters.Means.Pointer;
        TVector decay = TSimd.Broadcast((float)settings.WeightDecay), momentum = TSimd.Broadcast((float)settings.Momentum);
        TVector rate = TSimd.Broadcast((float)-learningRate);
        for (long i = 0; i < parameters.Values.Length; i += TSimd.Width)
        {
            TVector value = TSimd.Load(values + i);
            TVector velocity = TSimd.MultiplyAdd(
                momentum, TSimd.Load(velocities + i), TSimd.MultiplyAdd(decay, value, TSimd.Load(gradients + i)));
            TSimd.Store(velocity, velocities + i);
            TSimd.Store(TSimd.MultiplyAdd(rate, velocity, value), values + i);
            TSimd.Store(TSimd.Zero, gradients + i);
        }
    }

    /// <summary>
    /// Adam (Kingma and Ba, 2015, algorithm 1). With g the gradient and its weight decay, m the running mean of g and s of its square:
    /// w = w - learning rate / (1 - beta1^t) * m / (sqrt(s) / sqrt(1 - beta2^t) + epsilon).
    /// </summary>
    private void StepAdam(double learningRate)
    {
        float* values = parameters.Values.Pointer, gradients = parameters.Gradients.Pointer;
        float* means = parameters.Means.Pointer, meanSquares = parameters.MeanSquares.Pointer;
        TVector decay = TSimd.Broadcast((float)settings.WeightDecay), epsilon = TSimd.Broadcast((float)Epsilon);
        TVector kept = TSimd.Broadcast((float)settings.Momentum), added = TSimd.Broadcast((float)(1 - settings.Momentum));
        TVector keptSquare = TSimd.Broadcast((float)MeanSquareDecay), addedSquare = TSimd.Broadcast((float)(1 - MeanSquareDecay));
        TVector rate = TSimd.Broadcast((float)(-learningRate / (1 - Math.Pow(settings.Momentum, _steps))));
        TVector correction = TSimd.Broadcast((float)Math.Sqrt(1 - Math.Pow(MeanSquareDecay, _steps)));
        for (long i = 0; i < parameters.Values.Length; i += TSimd.Width)
        {
            TVector value = TSimd.Load(values + i);
            TVector gradient = TSimd.MultiplyAdd(decay, value, TSimd.Load(gradients + i));
            TVector mean = TSimd.MultiplyAdd(added, gradient, TSimd.Multiply(kept, TSimd.Load(means + i)));
            TVector meanSquare = TSimd.MultiplyAdd(
                TSimd.Multiply(addedSquare, gradient), gradient, TSimd.Multiply(keptSquare, TSimd.Load(meanSquares + i)));
            TVector scale = TSimd.Add(TSimd.Divide(TSimd.Sqrt(meanSquare), correction), epsilon);
            TSimd.Store(mean, means + i);
            TSimd.Store(meanSquare, meanSquares + i);
            TSimd.Store(TSimd.Add(value, TSimd.Multiply(rate, TSimd.Divide(mean, scale))), values + i);
            TSimd.Store(TSimd.Zero, gradients + i);
        }
    }
}
