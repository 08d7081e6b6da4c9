using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators;

/// <summary>The part of a window inside the map: rows [Top, Bottom) and columns [Left, Right).</summary>
internal readonly record struct PoolWindow(int Top, int Bottom, int Left, int Right);

/// <summary>The windows of a pooling in one channel, row by row.</summary>
internal sealed class PoolWindows
{
    private readonly TensorShape _input;
    private readonly PoolWindow[] _windows;

    public PoolWindows(TensorShape input, TensorShape output, int size, int stride, int padding)
    {
        _input = input;
        _windows = new PoolWindow[output.Height * output.Width];
        var covered = new int[input.Height * input.Width];
        for (int index = 0; index < _windows.Length; index++)
        {
            int top = (index / output.Width * stride) - padding, left = (index % output.Width * stride) - padding;
            var window = new PoolWindow(
                Math.Max(0, top), Math.Min(input.Height, top + size), Math.Max(0, left), Math.Min(input.Width, left + size));
            _windows[index] = window;
            for (int row = window.Top; row < window.Bottom; row++)
            {
                for (int column = window.Left; column < window.Right; column++)
                {
                    covered[(row * input.Width) + column]++;
                }
            }
        }

        CoverOnce = Array.TrueForAll(covered, count => count == 1);
    }

    public int Count => _windows.Length;

    /// <summary>Whether every value of the map is in exactly one window.</summary>
    public bool CoverOnce { get; }

    public PoolWindow this[int index] => _windows[index];

    /// <summary>Where a channel of the input starts.</summary>
    public long InputStart(int channel, int lanes) => (long)channel * _input.Height * _input.Width * lanes;
}
