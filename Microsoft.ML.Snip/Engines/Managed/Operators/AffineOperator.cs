using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Operators;

/// <summary>
/// A batch norm that is not folded into another layer, with a ReLU after it if there is one: y = max(floor, scale[channel] * x +
/// shift[channel]), where scale = gamma / sqrt(variance + epsilon) and shift = bias - mean * scale.
/// </summary>
internal sealed unsafe class AffineOperator<TSimd, TVector> : Operator
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly AlignedArray<float> _scale;
    private readonly AlignedArray<float> _shift;
    private readonly int _channels;
    private readonly int _pixels;
    private readonly View _input;
    private readonly View _output;
    private readonly float _floor;

    public AffineOperator(
        BatchNorm layer, int channels, int pixels, float[] gamma, float[] bias, float[] mean, float[] variance, View input, View output,
        bool rectify)
    {
        // One vector longer than the channels, so that channels of one value each can be read as vectors.
        int length = channels + TSimd.Width;
        _scale = new AlignedArray<float>(length);
        _shift = new AlignedArray<float>(length);
        for (int channel = 0; channel < channels; channel++)
        {
            double scale = gamma[channel] / Math.Sqrt(variance[channel] + layer.Epsilon);
            _scale.Pointer[channel] = (float)scale;
            _shift.Pointer[channel] = (float)(bias[channel] - (mean[channel] * scale));
        }

        (_channels, _pixels, _input, _output, _floor) = (channels, pixels, input, output, rectify ? 0 : float.NegativeInfinity);
    }

    public override double Cycles => _channels * (_pixels + 4.0);

    public override void Run(float* activations, int lanes, float* scratch, int part)
    {
        float* x = _input.In(activations, lanes);
        float* y = _output.In(activations, lanes);
        TVector floor = TSimd.Broadcast(_floor);
        long length = (long)_pixels * lanes;
        if (length == 1)
        {
            for (int channel = 0; channel < _channels; channel += TSimd.Width)
            {
                TVector value = TSimd.MultiplyAdd(
                    TSimd.Load(x + channel), TSimd.Load(_scale.Pointer + channel), TSimd.Load(_shift.Pointer + channel));
                TSimd.Store(TSimd.Max(floor, value), y + channel);
            }

            return;
        }

        // A channel's last vector may overlap the next channel, which is written afterwards.
        for (int channel = 0; channel < _channels; channel++, x += length, y += length)
        {
            TVector scale = TSimd.Broadcast(_scale.Pointer[channel]), shift = TSimd.Broadcast(_shift.Pointer[channel]);
            for (long i = 0; i < length; i += TSimd.Width)
            {
                TSimd.Store(TSimd.Max(floor, TSimd.MultiplyAdd(TSimd.Load(x + i), scale, shift)), y + i);
            }
        }
    }
}
