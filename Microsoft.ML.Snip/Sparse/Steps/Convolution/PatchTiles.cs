using Microsoft.ML.Snip.Networks;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Kernels;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Sparse.Steps.Convolution;

/// <summary>
/// Every tap has a copy of its own, in the order of the output pixels, row after row without a gap: lane i of tap (u, v) is the input that output pixel
/// first + i multiplies by that tap's weight. Lanes are pixels of one picture (lanes 1), or pictures (lanes the vector's width). Any stride, padding and
/// size of map wastes nothing but the rest of the last vector, and every load is aligned.
/// </summary>
internal sealed unsafe class PatchTiles<TSimd, TVector> : TileGeometry
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly int _lanes;
    private readonly int _pixels;
    private readonly int _tilePixels;

    public PatchTiles(Conv2d layer, TensorShape input, TensorShape output, int lanes)
        : base(layer, input, output)
    {
        _lanes = lanes;
        _pixels = output.Height * output.Width;
        int vectors = checked((int)((((long)_pixels * lanes) + TSimd.Width - 1) / TSimd.Width));
        int largest = TileKernels<TSimd, TVector>.Largest;
        TileCount = (vectors + largest - 1) / largest;
        Vectors = TileKernels<TSimd, TVector>.Fit((vectors + TileCount - 1) / TileCount);
        _tilePixels = Vectors * TSimd.Width / lanes;
        TileCount = (_pixels + _tilePixels - 1) / _tilePixels;
    }

    public override int TileCount { get; }

    public override int Vectors { get; }

    public override int ChannelLength => Layer.KernelHeight * Layer.KernelWidth * Vectors * TSimd.Width;

    public override double PackCycles => Layer.KernelHeight * Layer.KernelWidth * ((2.0 * Vectors) + 8);

    public override int TapOffset(int u, int v) => ((u * Layer.KernelWidth) + v) * Vectors * TSimd.Width;

    public override void SetRuns(ref TileArguments arguments) => TileKernels<TSimd, TVector>.SetContiguous(ref arguments);

    public override void Pack(float* map, int tile, int first, int count, float* packed)
    {
        int pixel = tile * _tilePixels;
        int length = Math.Min(_tilePixels, _pixels - pixel);
        int row = pixel / Output.Width, column = pixel % Output.Width;
        for (int end = first + count; first < end; first++)
        {
            float* channel = map + ((long)first * Input.Height * Input.Width * _lanes);
            for (int u = 0; u < Layer.KernelHeight; u++)
            {
                for (int v = 0; v < Layer.KernelWidth; v++)
                {
                    PackTap(channel, u, v, row, column, length, packed);
                    packed += Vectors * TSimd.Width;
                }
            }
        }
    }

    public override void Unpack(float* values, int tile, float* channel, float* residual, float floor)
    {
        int pixel = tile * _tilePixels;
        int place = pixel * _lanes;
        Runs<TSimd, TVector>.Finish(
            values, residual == null ? null : residual + place, floor, channel + place, Math.Min(_tilePixels, _pixels - pixel) * _lanes);
    }

    private void PackTap(float* channel, int u, int v, int row, int column, int length, float* packed)
    {
        int stride = Layer.Stride;
        float* end = packed + (_tilePixels * _lanes);
        while (length > 0)
        {
            int count = Math.Min(length, Output.Width - column);
            int y = (row * stride) + u - Layer.Padding.Top, x = (column * stride) + v - Layer.Padding.Left;
            PackRow(channel, y, x, count, packed);
            packed += count * _lanes;
            length -= count;
            column = 0;
            row++;
        }

        Runs<TSimd, TVector>.Clear(packed, (int)(end - packed));
    }

    private void PackRow(float* channel, int y, int x, int count, float* packed)
    {
        int stride = Layer.Stride;
        if ((uint)y >= (uint)Input.Height)
        {
            Runs<TSimd, TVector>.Clear(packed, count * _lanes);
            return;
        }

        // Pixels [before, until) of the run lie inside the map.
        int before = Math.Min(count, x >= 0 ? 0 : (-x + stride - 1) / stride);
        int until = Math.Clamp((Input.Width - x + stride - 1) / stride, before, count);
        float* source = channel + (((y * Input.Width) + x + (before * stride)) * _lanes);
        Runs<TSimd, TVector>.Clear(packed, before * _lanes);
        if (stride == 1)
        {
            Runs<TSimd, TVector>.Copy(source, packed + (before * _lanes), (until - before) * _lanes);
        }
        else if (_lanes == 1)
        {
            for (int i = before; i < until; i++, source += stride)
            {
                packed[i] = *source;
            }
        }
        else
        {
            for (int i = before; i < until; i++, source += stride * _lanes)
            {
                TSimd.Store(TSimd.Load(source), packed + (i * _lanes));
            }
        }

        Runs<TSimd, TVector>.Clear(packed + (until * _lanes), (count - until) * _lanes);
    }
}
