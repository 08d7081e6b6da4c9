using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>The mean of each window; backwards, each value gets its part of the window's gradient.</summary>
internal sealed unsafe class TrainableAvgPool<TSimd, TVector>(
    Source input, Target output, TensorShape shape, TensorShape outputShape, AvgPool layer)
    : TrainingOperator(output, input)
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly PoolWindows _windows = new(shape, outputShape, layer.Size, layer.Stride, padding: 0);
    private readonly float _part = 1f / (layer.Size * layer.Size);

    public override void Forward(in TrainingBlock block)
    {
        float* y = Output.ValuesIn(block);
        TVector part = TSimd.Broadcast(_part);
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            float* x = input.ValuesIn(block) + _windows.InputStart(channel, block.Lanes);
            for (int window = 0; window < _windows.Count; window++)
            {
                PoolWindow place = _windows[window];
                for (int lane = 0; lane < block.Lanes; lane += TSimd.Width, y += TSimd.Width)
                {
                    TVector sum = TSimd.Zero;
                    for (int row = place.Top; row < place.Bottom; row++)
                    {
                        float* value = x + ((((long)row * shape.Width) + place.Left) * block.Lanes) + lane;
                        for (int column = place.Left; column < place.Right; column++, value += block.Lanes)
                        {
                            sum = TSimd.Add(sum, TSimd.Load(value));
                        }
                    }

                    TSimd.Store(TSimd.Multiply(sum, part), y);
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

        float* outputGradients = Output.GradientsIn(block);
        TVector part = TSimd.Broadcast(_part);
        for (int channel = 0; channel < shape.Channels; channel++)
        {
            float* inputGradients = input.GradientsIn(block) + _windows.InputStart(channel, block.Lanes);
            for (int window = 0; window < _windows.Count; window++)
            {
                PoolWindow place = _windows[window];
                for (int lane = 0; lane < block.Lanes; lane += TSimd.Width, outputGradients += TSimd.Width)
                {
                    TVector gradient = TSimd.Multiply(TSimd.Load(outputGradients), part);
                    for (int row = place.Top; row < place.Bottom; row++)
                    {
                        float* value = inputGradients + ((((long)row * shape.Width) + place.Left) * block.Lanes) + lane;
                        for (int column = place.Left; column < place.Right; column++, value += block.Lanes)
                        {
                            GradientWriter<TSimd, TVector>.Write(gradient, value, adds);
                        }
                    }
                }
            }
        }
    }
}

/// <summary>The mean of each channel; backwards, each value gets its part of the gradient.</summary>
internal sealed unsafe class TrainableGlobalAverage<TSimd, TVector>(Source input, Target output, int pixels)
    : TrainingOperator(output, input)
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override void Forward(in TrainingBlock block)
    {
        float* x = input.ValuesIn(block), y = Output.ValuesIn(block);
        TVector part = TSimd.Broadcast(1f / pixels);
        for (long channel = 0; channel < Output.Count; channel++, x += (long)pixels * block.Lanes, y += block.Lanes)
        {
            for (int lane = 0; lane < block.Lanes; lane += TSimd.Width)
            {
                TVector sum = TSimd.Zero;
                for (int pixel = 0; pixel < pixels; pixel++)
                {
                    sum = TSimd.Add(sum, TSimd.Load(x + ((long)pixel * block.Lanes) + lane));
                }

                TSimd.Store(TSimd.Multiply(sum, part), y + lane);
            }
        }
    }

    public override void Backward(in TrainingBlock block)
    {
        float* outputGradients = Output.GradientsIn(block), inputGradients = input.GradientsIn(block);
        TVector part = TSimd.Broadcast(1f / pixels);
        for (long channel = 0; inputGradients != null && channel < Output.Count; channel++, outputGradients += block.Lanes)
        {
            for (int lane = 0; lane < block.Lanes; lane += TSimd.Width)
            {
                TVector gradient = TSimd.Multiply(TSimd.Load(outputGradients + lane), part);
                for (int pixel = 0; pixel < pixels; pixel++)
                {
                    GradientWriter<TSimd, TVector>.Write(gradient, inputGradients + ((long)pixel * block.Lanes) + lane, input.Adds);
                }
            }

            inputGradients += (long)pixels * block.Lanes;
        }
    }
}
