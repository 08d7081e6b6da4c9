using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>
/// Turns the rows of several channels into the steps of a sequence: y[row, channel * width + column] = x[channel, row, column]; the
/// gradients take the way back.
/// </summary>
internal sealed unsafe class TrainableRowsAsSequence<TSimd, TVector>(Source input, Target output, TensorShape shape)
    : TrainingOperator(output, input)
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override void Forward(in TrainingBlock block)
    {
        float* x = input.ValuesIn(block), y = Output.ValuesIn(block);
        long length = (long)shape.Width * block.Lanes;
        for (int row = 0; row < shape.Height; row++)
        {
            for (int channel = 0; channel < shape.Channels; channel++, y += length)
            {
                Copy(x + ((((long)channel * shape.Height) + row) * length), y, length, adds: false);
            }
        }
    }

    public override void Backward(in TrainingBlock block)
    {
        float* outputGradients = Output.GradientsIn(block), inputGradients = input.GradientsIn(block);
        long length = (long)shape.Width * block.Lanes;
        for (int row = 0; inputGradients != null && row < shape.Height; row++)
        {
            for (int channel = 0; channel < shape.Channels; channel++, outputGradients += length)
            {
                Copy(outputGradients, inputGradients + ((((long)channel * shape.Height) + row) * length), length, input.Adds);
            }
        }
    }

    private static void Copy(float* source, float* destination, long length, bool adds)
    {
        for (long i = 0; i < length; i += TSimd.Width)
        {
            GradientWriter<TSimd, TVector>.Write(TSimd.Load(source + i), destination + i, adds);
        }
    }
}
