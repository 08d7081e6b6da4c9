using System.Runtime.CompilerServices;
using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>
/// Max pooling, with the ReLU behind it if there is one. Backwards, the gradient of a window goes to the first of its values that is the
/// maximum, row by row.
/// </summary>
internal sealed unsafe class TrainableMaxPool<TSimd, TVector>(
    Source input, Target output, TensorShape shape, TensorShape outputShape, MaxPool layer)
    : TrainingOperator(output, input)
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly PoolWindows _windows = new(shape, outputShape, layer.Size, layer.Stride, layer.Padding);

    /// <summary>Whether the windows are pairs of rows and columns that cover the map.</summary>
    private bool IsInPairs => layer is { Size: 2, Stride: 2, Padding: 0 }
        && shape.Height == 2 * outputShape.Height && shape.Width == 2 * outputShape.Width;

    public override bool KeepsInputs => true;

    public override bool KeepsOutput => true;

    public override bool WritesOverInputs => _windows.CoverOnce;

    public override void Forward(in TrainingBlock block)
    {
        float* y = Output.ValuesIn(block);
        if (IsInPairs)
        {
            ForwardPairs(input.ValuesIn(block), y, block.Lanes);
            return;
        }

        for (int channel = 0; channel < shape.Channels; channel++)
        {
            float* x = input.ValuesIn(block) + _windows.InputStart(channel, block.Lanes);
            for (int window = 0; window < _windows.Count; window++)
            {
                PoolWindow place = _windows[window];
                for (int lane = 0; lane < block.Lanes; lane += TSimd.Width, y += TSimd.Width)
                {
                    TVector largest = TSimd.Broadcast(float.NegativeInfinity);
                    for (int row = place.Top; row < place.Bottom; row++)
                    {
                        float* value = x + ((((long)row * shape.Width) + place.Left) * block.Lanes) + lane;
                        for (int column = place.Left; column < place.Right; column++, value += block.Lanes)
                        {
                            largest = TSimd.Max(largest, TSimd.Load(value));
                        }
                    }

                    TSimd.Store(largest, y);
                }
            }
        }
    }

    public override void Backward(in TrainingBlock block)
    {
        if (input.GradientsIn(block) == null)
        {
            return;
        }

        bool adds = input.Adds || !_windows.CoverOnce;
        if (adds && !input.Adds)
        {
            new Span<float>(input.GradientsIn(block), checked((int)(input.Count * block.Lanes))).Clear();
        }

        float* y = Output.ValuesIn(block), outputGradients = Output.GradientsIn(block);
        if (IsInPairs && !adds)
        {
            BackwardPairs(input.ValuesIn(block), y, outputGradients, input.GradientsIn(block), block.Lanes);
            return;
        }

        for (int channel = 0; channel < shape.Channels; channel++)
        {
            long start = _windows.InputStart(channel, block.Lanes);
            float* x = input.ValuesIn(block) + start, inputGradients = input.GradientsIn(block) + start;
            for (int window = 0; window < _windows.Count; window++)
            {
                PoolWindow place = _windows[window];
                for (int lane = 0; lane < block.Lanes; lane += TSimd.Width, y += TSimd.Width, outputGradients += TSimd.Width)
                {
                    BackwardWindow(place, x + lane, TSimd.Load(y), TSimd.Load(outputGradients), inputGradients + lane, block.Lanes, adds);
                }
            }
        }
    }

    /// <summary>Windows of 2 x 2: two rows of the map give one row of the output, over all channels.</summary>
    private void ForwardPairs(float* x, float* y, int lanes)
    {
        long row = (long)shape.Width * lanes;
        for (long rows = (long)shape.Channels * outputShape.Height; rows > 0; rows--, x += row)
        {
            for (float* end = x + row; x < end; x += lanes)
            {
                for (int lane = 0; lane < lanes; lane += TSimd.Width, x += TSimd.Width, y += TSimd.Width)
                {
                    TVector upper = TSimd.Max(TSimd.Load(x), TSimd.Load(x + lanes));
                    TVector lower = TSimd.Max(TSimd.Load(x + row), TSimd.Load(x + row + lanes));
                    TSimd.Store(TSimd.Max(upper, lower), y);
                }
            }
        }
    }

    /// <summary>The way back through windows of 2 x 2; the gradients may be written over x.</summary>
    private void BackwardPairs(float* x, float* y, float* outputGradients, float* inputGradients, int lanes)
    {
        long row = (long)shape.Width * lanes, at = 0;
        for (long rows = (long)shape.Channels * outputShape.Height; rows > 0; rows--, at += row)
        {
            for (long end = at + row; at < end; at += lanes)
            {
                for (int lane = 0; lane < lanes; lane += TSimd.Width, at += TSimd.Width)
                {
                    TVector largest = TSimd.Load(y), gradient = TSimd.Load(outputGradients);
                    gradient = Give(x + at, largest, gradient, inputGradients + at);
                    gradient = Give(x + at + lanes, largest, gradient, inputGradients + at + lanes);
                    gradient = Give(x + at + row, largest, gradient, inputGradients + at + row);
                    Give(x + at + row + lanes, largest, gradient, inputGradients + at + row + lanes);
                    y += TSimd.Width;
                    outputGradients += TSimd.Width;
                }
            }
        }
    }

    /// <summary>Gives the gradient to a value where it is the maximum, and returns what is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Give(float* x, TVector largest, TVector gradient, float* inputGradient)
    {
        TVector given = TSimd.WhereEqual(TSimd.Load(x), largest, gradient);
        TSimd.Store(given, inputGradient);
        return TSimd.Subtract(gradient, given);
    }

    /// <summary>Gives the gradient to the first maximum: once it is given, nothing is left for the values behind it.</summary>
    private void BackwardWindow(
        PoolWindow window, float* x, TVector largest, TVector gradient, float* inputGradients, int lanes, bool adds)
    {
        for (int row = window.Top; row < window.Bottom; row++)
        {
            long at = (((long)row * shape.Width) + window.Left) * lanes;
            for (int column = window.Left; column < window.Right; column++, at += lanes)
            {
                TVector given = TSimd.WhereEqual(TSimd.Load(x + at), largest, gradient);
                gradient = TSimd.Subtract(gradient, given);
                GradientWriter<TSimd, TVector>.Write(given, inputGradients + at, adds);
            }
        }
    }
}
