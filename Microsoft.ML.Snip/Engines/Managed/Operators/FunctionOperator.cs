using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators;

/// <summary>An activation function, applied to each value: y[i] = f(x[i]).</summary>
internal sealed unsafe class FunctionOperator<TFunction, TSimd, TVector>(long count, double slope, View input, View output) : Operator
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

/// <summary>The operator for each activation function.</summary>
internal static class FunctionOperator<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public static Operator Create(Activation layer, long count, View input, View output) => layer.Function switch
    {
        ActivationFunction.LeakyReLU => new FunctionOperator<LeakyReLUFunction, TSimd, TVector>(count, layer.Slope, input, output),
        ActivationFunction.ReLU6 => new FunctionOperator<ReLU6Function, TSimd, TVector>(count, layer.Slope, input, output),
        ActivationFunction.SiLU => new FunctionOperator<SiLUFunction, TSimd, TVector>(count, layer.Slope, input, output),
        ActivationFunction.Hardswish => new FunctionOperator<HardswishFunction, TSimd, TVector>(count, layer.Slope, input, output),
        ActivationFunction.Sigmoid => new FunctionOperator<SigmoidFunction, TSimd, TVector>(count, layer.Slope, input, output),
        ActivationFunction.Tanh => new FunctionOperator<TanhFunction, TSimd, TVector>(count, layer.Slope, input, output),
        ActivationFunction.GELU => new FunctionOperator<GELUFunction, TSimd, TVector>(count, layer.Slope, input, output),
        _ => throw new NotSupportedException($"Layer '{layer.Name}' has an unknown activation function: {layer.Function}."),
    };
}
