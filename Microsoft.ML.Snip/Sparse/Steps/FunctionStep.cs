using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Planning;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Steps;

/// <summary>A function of each number: y[i] = f(x[i]).</summary>
internal sealed unsafe class FunctionStep<TFunction, TSimd, TVector>(long count, double slope, View input, View output) : Step
    where TFunction : struct, IFunction
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override double Cycles => count * 6.0;

    public override void Run(float* activations, int lanes, float* scratch, int part)
    {
        float* x = input.In(activations, lanes);
        float* y = output.In(activations, lanes);
        TVector setting = TSimd.Broadcast((float)slope);
        for (long i = 0; i < count * lanes; i += TSimd.Width)
        {
            TSimd.Store(TFunction.Of<TSimd, TVector>(TSimd.Load(x + i), setting), y + i);
        }
    }
}

/// <summary>The step for each activation function.</summary>
internal static class FunctionStep<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public static Step Create(Activation layer, long count, View input, View output) => layer.Function switch
    {
        ActivationFunction.LeakyReLU => new FunctionStep<LeakyReLUFunction, TSimd, TVector>(count, layer.Slope, input, output),
        ActivationFunction.ReLU6 => new FunctionStep<ReLU6Function, TSimd, TVector>(count, layer.Slope, input, output),
        ActivationFunction.SiLU => new FunctionStep<SiLUFunction, TSimd, TVector>(count, layer.Slope, input, output),
        ActivationFunction.Hardswish => new FunctionStep<HardswishFunction, TSimd, TVector>(count, layer.Slope, input, output),
        ActivationFunction.Sigmoid => new FunctionStep<SigmoidFunction, TSimd, TVector>(count, layer.Slope, input, output),
        ActivationFunction.Tanh => new FunctionStep<TanhFunction, TSimd, TVector>(count, layer.Slope, input, output),
        ActivationFunction.GELU => new FunctionStep<GELUFunction, TSimd, TVector>(count, layer.Slope, input, output),
        _ => throw new NotSupportedException($"Layer '{layer.Name}' applies a function that is not known: {layer.Function}."),
    };
}
