using Microsoft.ML.Snip.Engines.Managed.Operators.Convolution;
using Microsoft.ML.Snip.Networks.Layers;
using Microsoft.ML.Snip.Sparse.Matrices;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators.Convolution;

/// <summary>
/// The gradients of a convolution's input. Those of the input pixels with the same remainders of row and column modulo the stride are a
/// convolution of the output gradients with stride 1: the kernel has the taps that these pixels meet, in reverse order, and the roles of
/// input and output channels are exchanged. So a convolution of stride s becomes s x s convolutions.
/// </summary>
/// <example>
/// In one dimension, stride 2, padding 1, kernel (a b c): output i is a x[2i - 1] + b x[2i] + c x[2i + 1]. The gradients of the even inputs
/// x[2i] are b g[i]: kernel (b). Those of the odd ones x[2i + 1] are c g[i] + a g[i + 1]: kernel (c a).
/// </example>
internal sealed unsafe class InputGradients<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly TensorShape _input;
    private readonly int _stride;
    private readonly List<Phase> _phases = [];
    private readonly AlignedArray<float> _zeros;

    /// <param name="layer">A convolution in one group and without dilation.</param>
    /// <param name="input">The shape of its input.</param>
    /// <param name="output">The shape of its output.</param>
    /// <param name="weight">Its kept weights.</param>
    public InputGradients(Conv2d layer, TensorShape input, TensorShape output, SparsePattern weight)
    {
        (_input, _stride) = (input, layer.Stride);
        _zeros = new AlignedArray<float>(input.Channels);
        var numbers = new List<int>();
        for (int row = 0; row < Math.Min(_stride, input.Height); row++)
        {
            for (int column = 0; column < Math.Min(_stride, input.Width); column++)
            {
                var down = new PhaseTaps(layer.KernelHeight, _stride, layer.Padding.Top, row, input.Height);
                var across = new PhaseTaps(layer.KernelWidth, _stride, layer.Padding.Left, column, input.Width);
                (SparsePattern pattern, int[] origins) = Transpose(layer, input.Channels, weight, down, across);
                var reversed = new Conv2d(
                    layer.Name, layer.Input, input.Channels, Math.Max(1, down.Count), Math.Max(1, across.Count),
                    Padding: new Padding(down.Padding, 0, across.Padding, 0), Bias: false);
                var shape = TensorShape.Map(input.Channels, down.Pixels, across.Pixels);
                var product = new WindowProduct<TSimd, TVector>(reversed, output, shape, pattern, TSimd.Width);
                _phases.Add(new Phase(row, column, shape, product, numbers.Count));
                numbers.AddRange(product.Numbers.Select(number => number < 0 ? number : origins[number]));
            }
        }

        Numbers = [.. numbers];
    }

    /// <summary>The number of each slot's weight, or <see cref="Sparse.Layouts.WeightNumbers.None"/>.</summary>
    public int[] Numbers { get; }

    public long ScratchLength =>
        _phases.Max(phase => Round(phase.Product.ScratchLength) + (_stride == 1 ? 0 : (phase.Shape.Count + 1) * TSimd.Width));

    /// <summary>Computes the gradients, or adds to them.</summary>
    /// <param name="outputGradients">The gradients of the output map.</param>
    /// <param name="weights">The weight of each slot.</param>
    /// <param name="inputGradients">The gradients of the input map.</param>
    /// <param name="adds">Whether to add.</param>
    /// <param name="scratch">Scratch memory of this thread.</param>
    public void Run(float* outputGradients, float* weights, float* inputGradients, bool adds, float* scratch)
    {
        foreach (Phase phase in _phases)
        {
            float* map = _stride == 1 ? inputGradients : scratch + Round(phase.Product.ScratchLength);
            for (int tile = 0; tile < phase.Product.TileCount; tile++)
            {
                phase.Product.Run(
                    tile, outputGradients, weights + phase.FirstSlot, _zeros.Pointer, map, adds && _stride == 1 ? map : null,
                    float.NegativeInfinity, scratch);
            }

            if (_stride > 1)
            {
                Spread(phase, map, inputGradients, adds);
            }
        }
    }

    private static long Round(long length) => (length + 15) / 16 * 16;

    /// <summary>
    /// The taps of a phase with the roles of the channels exchanged: a row for each input channel, a column for each output channel and
    /// position of the phase's kernel; and the number of each weight in the convolution.
    /// </summary>
    private static (SparsePattern Pattern, int[] Origins) Transpose(
        Conv2d layer, int channels, SparsePattern weight, PhaseTaps down, PhaseTaps across)
    {
        var taps = new List<(int Row, int Column, int Number)>();
        for (int filter = 0; filter < weight.Rows; filter++)
        {
            for (int number = weight.RowStart[filter]; number < weight.RowStart[filter + 1]; number++)
            {
                (int rest, int v) = Math.DivRem(weight.Column[number], layer.KernelWidth);
                (int channel, int u) = Math.DivRem(rest, layer.KernelHeight);
                if (down.Has(u) && across.Has(v))
                {
                    taps.Add((channel, (((filter * down.Count) + down.PlaceOf(u)) * across.Count) + across.PlaceOf(v), number));
                }
            }
        }

        taps.Sort();
        var rowStart = new int[channels + 1];
        foreach ((int row, _, _) in taps)
        {
            rowStart[row + 1]++;
        }

        for (int row = 0; row < channels; row++)
        {
            rowStart[row + 1] += rowStart[row];
        }

        int columns = checked(weight.Rows * Math.Max(1, down.Count) * Math.Max(1, across.Count));
        var pattern = new SparsePattern(channels, columns, rowStart, [.. taps.Select(tap => tap.Column)]);
        return (pattern, [.. taps.Select(tap => tap.Number)]);
    }

    /// <summary>Writes the map of a phase to its pixels of the input's gradients.</summary>
    private void Spread(Phase phase, float* map, float* inputGradients, bool adds)
    {
        for (int channel = 0; channel < _input.Channels; channel++)
        {
            for (int row = 0; row < phase.Shape.Height; row++)
            {
                long first = ((((long)channel * _input.Height) + phase.Row + (row * _stride)) * _input.Width) + phase.Column;
                float* target = inputGradients + (first * TSimd.Width);
                for (int column = 0; column < phase.Shape.Width; column++, map += TSimd.Width, target += _stride * TSimd.Width)
                {
                    GradientWriter<TSimd, TVector>.Write(TSimd.Load(map), target, adds);
                }
            }
        }
    }

    /// <summary>The input pixels with the same remainders modulo the stride.</summary>
    /// <param name="Row">The first row.</param>
    /// <param name="Column">The first column.</param>
    /// <param name="Shape">The shape of their map.</param>
    /// <param name="Product">Their gradients.</param>
    /// <param name="FirstSlot">The first of the slots of its weights.</param>
    private sealed record Phase(int Row, int Column, TensorShape Shape, WindowProduct<TSimd, TVector> Product, int FirstSlot);

    /// <summary>
    /// One dimension of a phase: input pixel first + stride * q meets tap u of output pixel o if first + stride * q + padding = stride * o
    /// + u. So u = remainder + stride * k, and o = start + q - k.
    /// </summary>
    private readonly struct PhaseTaps
    {
        private readonly int _stride;
        private readonly int _remainder;

        public PhaseTaps(int kernel, int stride, int padding, int first, int size)
        {
            _stride = stride;
            (int start, _remainder) = Math.DivRem(first + padding, stride);
            Count = Math.Max(0, (kernel - _remainder + stride - 1) / stride);
            Padding = Count - 1 - start;
            Pixels = (size - first + stride - 1) / stride;
        }

        /// <summary>The number of taps.</summary>
        public int Count { get; }

        /// <summary>The zeros before the output gradients; negative if the first ones are skipped.</summary>
        public int Padding { get; }

        /// <summary>The number of input pixels.</summary>
        public int Pixels { get; }

        public bool Has(int tap) => tap % _stride == _remainder;

        /// <summary>The place of a tap in the reversed kernel.</summary>
        public int PlaceOf(int tap) => Count - 1 - ((tap - _remainder) / _stride);
    }
}
