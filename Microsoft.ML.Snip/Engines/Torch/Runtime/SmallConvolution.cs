namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>
/// A small convolution of small integers, whose three results are computed by a plain loop: y = sum over c, u, v of w * x, the gradient of
/// x and the gradient of w for a given gradient of y. The sums are exact, also in single precision.
/// </summary>
/// <param name="Inputs">The number of channels of x.</param>
/// <param name="Outputs">The number of channels of y.</param>
/// <param name="Kernel">The height and width of w.</param>
/// <param name="Stride">The step between output positions.</param>
/// <param name="Side">The height and width of x.</param>
/// <param name="Batch">The number of images.</param>
internal sealed record SmallConvolution(int Inputs, int Outputs, int Kernel, int Stride, int Side, int Batch)
{
    private int OutputSide => ((Side - Kernel) / Stride) + 1;

    public long[] InputShape => [Batch, Inputs, Side, Side];

    public long[] WeightShape => [Outputs, Inputs, Kernel, Kernel];

    public long[] OutputShape => [Batch, Outputs, OutputSide, OutputSide];

    /// <summary>Integers from -3 to 3 without a pattern, so that a shifted or dropped block changes the results.</summary>
    public static float[] Draw(long[] shape, int seed)
    {
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        uint state = (uint)seed;
        for (int at = 0; at < values.Length; at++)
        {
            state = (state * 1664525) + 1013904223; // The generator of Numerical Recipes; its high bits are more random.
            values[at] = (int)((state >> 16) % 7) - 3;
        }

        return values;
    }

    /// <summary>The output and both gradients, row-major.</summary>
    public (float[] Output, float[] InputGradient, float[] WeightGradient) Compute(float[] input, float[] weight, float[] gradient)
    {
        float[] output = new float[gradient.Length], inputGradient = new float[input.Length], weightGradient = new float[weight.Length];
        int to = 0;
        for (int image = 0; image < Batch; image++)
        {
            for (int filter = 0; filter < Outputs; filter++)
            {
                for (int position = 0; position < OutputSide * OutputSide; position++, to++)
                {
                    int row = position / OutputSide * Stride, column = position % OutputSide * Stride;
                    int by = filter * Inputs * Kernel * Kernel;
                    for (int channel = 0; channel < Inputs; channel++)
                    {
                        int from = (((((image * Inputs) + channel) * Side) + row) * Side) + column;
                        for (int u = 0; u < Kernel; u++, from += Side)
                        {
                            for (int v = 0; v < Kernel; v++, by++)
                            {
                                output[to] += weight[by] * input[from + v];
                                inputGradient[from + v] += weight[by] * gradient[to];
                                weightGradient[by] += input[from + v] * gradient[to];
                            }
                        }
                    }
                }
            }
        }

        return (output, inputGradient, weightGradient);
    }
}
