using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>An activation function, applied to each value: y = f(x); the gradient of x is f'(x) g.</summary>
internal sealed unsafe class TrainableFunction<TFunction, TSimd, TVector>(Source input, Target output, double slope)
    : TrainingOperator(output, input)
    where TFunction : struct, IDifferentiable
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override bool KeepsInputs => true;

    public override bool WorksInPlace => true;

    public override void Forward(in TrainingBlock block)
    {
        float* x = input.ValuesIn(block), y = Output.ValuesIn(block);
        TVector setting = TSimd.Broadcast((float)slope);
        for (long i = 0; i < input.Count * block.Lanes; i += TSimd.Width)
        {
            TSimd.Store(TFunction.Of<TSimd, TVector>(TSimd.Load(x + i), setting), y + i);
        }
    }

    public override void Backward(in TrainingBlock block)
    {
        float* x = input.ValuesIn(block), outputGradients = Output.GradientsIn(block), inputGradients = input.GradientsIn(block);
        if (inputGradients == null)
        {
            return;
        }

        TVector setting = TSimd.Broadcast((float)slope);
        for (long i = 0; i < input.Count * block.Lanes; i += TSimd.Width)
        {
            TVector gradient = TFunction.Derive<TSimd, TVector>(TSimd.Load(x + i), TSimd.Load(outputGradients + i), setting);
            GradientWriter<TSimd, TVector>.Write(gradient, inputGradients + i, input.Adds);
        }
    }
}

/// <summary>The operator for each activation function.</summary>
internal static class TrainableFunction<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public static TrainingOperator Create(Activation layer, Source input, Target output) => layer.Function switch
    {
        ActivationFunction.LeakyReLU => new TrainableFunction<LeakyReLUFunction, TSimd, TVector>(input, output, layer.Slope),
        ActivationFunction.ReLU6 => new TrainableFunction<ReLU6Function, TSimd, TVector>(input, output, layer.Slope),
        ActivationFunction.SiLU => new TrainableFunction<SiLUFunction, TSimd, TVector>(input, output, layer.Slope),
        ActivationFunction.Hardswish => new TrainableFunction<HardswishFunction, TSimd, TVector>(input, output, layer.Slope),
        ActivationFunction.Sigmoid => new TrainableFunction<SigmoidFunction, TSimd, TVector>(input, output, layer.Slope),
        ActivationFunction.Tanh => new TrainableFunction<TanhFunction, TSimd, TVector>(input, output, layer.Slope),
        ActivationFunction.GELU => new TrainableFunction<GELUFunction, TSimd, TVector>(input, output, layer.Slope),
        _ => throw new NotSupportedException($"Layer '{layer.Name}' has an unknown activation function: {layer.Function}."),
    };
}
