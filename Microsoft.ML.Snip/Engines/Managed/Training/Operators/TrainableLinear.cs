using Microsoft.ML.Snip.Engines.Managed.Training.Parameters;
using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>
/// A fully connected layer of kept weights on a vector or on each step of a sequence, with the ReLU behind it if there is one: y =
/// max(floor, W x + b). Backwards, with g the gradient of y, set to 0 where a ReLU gave 0: the gradient of b is the sum of g over the
/// images and steps.
/// </summary>
/// <param name="input">The inputs.</param>
/// <param name="output">The outputs.</param>
/// <param name="parameters">The parameters of the network.</param>
/// <param name="matrix">The kept weights.</param>
/// <param name="bias">The place of the biases, or null.</param>
/// <param name="steps">The number of steps; 1 for a vector.</param>
/// <param name="rectify">Whether a ReLU follows.</param>
internal sealed unsafe class TrainableLinear<TSimd, TVector>(
    Source input, Target output, ParameterSet parameters, TrainableMatrix<TSimd, TVector> matrix, ParameterRange? bias, int steps,
    bool rectify)
    : TrainingOperator(output, input)
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override bool KeepsInputs => true;

    public override bool KeepsOutput => rectify;

    public override void Prepare(bool learns) => matrix.Prepare();

    public override void Forward(in TrainingBlock block)
    {
        float* x = input.ValuesIn(block), y = Output.ValuesIn(block);
        float* biases = bias is null ? null : parameters.Values.Pointer + bias.First;
        for (int step = 0; step < steps; step++)
        {
            matrix.Run(x, biases, y, block.Lanes, rectify ? 0 : float.NegativeInfinity);
            x += InputStep(block.Lanes);
            y += OutputStep(block.Lanes);
        }
    }

    public override void Backward(in TrainingBlock block)
    {
        float* x = input.ValuesIn(block), y = Output.ValuesIn(block);
        float* outputGradients = Output.GradientsIn(block), inputGradients = input.GradientsIn(block);
        for (int step = 0; step < steps; step++)
        {
            BackwardThroughOutput(y, outputGradients, block);
            matrix.AddGradients(x, outputGradients, block.ParameterGradients, block.Lanes);
            if (inputGradients != null)
            {
                matrix.RunTransposed(outputGradients, inputGradients, block.Lanes, input.Adds);
                inputGradients += InputStep(block.Lanes);
            }

            x += InputStep(block.Lanes);
            y += OutputStep(block.Lanes);
            outputGradients += OutputStep(block.Lanes);
        }
    }

    private long InputStep(int lanes) => input.Count / steps * lanes;

    private long OutputStep(int lanes) => Output.Count / steps * lanes;

    /// <summary>Sets gradients to 0 where the ReLU gave 0, and adds the gradients of the biases.</summary>
    private void BackwardThroughOutput(float* values, float* gradients, in TrainingBlock block)
    {
        if (rectify || bias is not null)
        {
            float* biases = bias is null ? null : block.ParameterGradients + bias.First;
            BiasGradients<TSimd, TVector>.Add(rectify ? values : null, gradients, biases, (int)(Output.Count / steps), block.Lanes);
        }
    }
}
