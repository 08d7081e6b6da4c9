using Microsoft.ML.Snip.Engines.Managed.Training.Parameters;
using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Networks.Layers;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators.Normalization;

/// <summary>
/// What the two operators of a batch norm share: the statistics of each block, and of the batch, which are made of them in the order of the
/// blocks. y = gamma * (x - mean) * r + beta, where r = 1 / sqrt(variance + epsilon), over n values of a channel. Backwards, with g the
/// gradient of y: gradient of x = gamma * r * (g - mean of g - (x - mean) * r * mean of (g * (x - mean) * r)).
/// </summary>
internal sealed class BatchNormState : IBatchStatistics
{
    /// <summary>The part of the batch's statistics in the new running statistics: TorchSharp's default.</summary>
    private const double Momentum = 0.1;

    private readonly ParameterSet _parameters;
    private readonly ParameterRange _gamma;
    private readonly ParameterRange _beta;
    private readonly float[] _runningMean;
    private readonly float[] _runningVariance;
    private readonly double _epsilon;
    private readonly int _channels;
    private readonly long[] _counts;
    private readonly double[][] _blockMeans;
    private readonly double[][] _blockSquares;
    private readonly double[][] _gradientSums;
    private readonly double[][] _gradientProducts;
    private readonly double[] _rates;

    /// <param name="layer">The layer.</param>
    /// <param name="channels">The number of channels.</param>
    /// <param name="parameters">The parameters of the network.</param>
    /// <param name="gamma">The place of gamma.</param>
    /// <param name="beta">The place of beta.</param>
    /// <param name="runningMean">The running mean; changed by training.</param>
    /// <param name="runningVariance">The running variance; changed by training.</param>
    /// <param name="maxBlocks">The largest number of blocks of a batch.</param>
    public BatchNormState(
        BatchNorm layer, int channels, ParameterSet parameters, ParameterRange gamma, ParameterRange beta, float[] runningMean,
        float[] runningVariance, int maxBlocks)
    {
        (_parameters, _gamma, _beta, _runningMean, _runningVariance) = (parameters, gamma, beta, runningMean, runningVariance);
        (_epsilon, _channels) = (layer.Epsilon, channels);
        _counts = new long[maxBlocks];
        (_blockMeans, _blockSquares) = (Arrays(), Arrays());
        (_gradientSums, _gradientProducts) = (Arrays(), Arrays());
        _rates = new double[channels];
        Mean = new float[channels];
        Scale = new float[channels];
        GradientScale = new float[channels];
        GradientShift = new float[channels];

        double[][] Arrays() => [.. Enumerable.Range(0, maxBlocks).Select(_ => new double[channels])];
    }

    public int Channels => _channels;

    /// <summary>The mean of each channel.</summary>
    public float[] Mean { get; }

    /// <summary>gamma * r of each channel.</summary>
    public float[] Scale { get; }

    /// <summary>beta of each channel.</summary>
    public Span<float> Shift => _parameters.ValuesOf(_beta);

    /// <summary>What x - mean is multiplied with in the gradient of x.</summary>
    public float[] GradientScale { get; }

    /// <summary>What is added to the gradient of x.</summary>
    public float[] GradientShift { get; }

    /// <summary>Takes the statistics of a channel of a block: the mean, and the sum of the squares of the distances from it.</summary>
    public void SetBlock(int block, int channel, long count, double mean, double squares)
    {
        _counts[block] = count;
        _blockMeans[block][channel] = mean;
        _blockSquares[block][channel] = squares;
    }

    /// <summary>Takes, of a channel of a block, the sums of g and of g * (x - mean).</summary>
    public void SetBlockGradients(int block, int channel, double sum, double product)
    {
        _gradientSums[block][channel] = sum;
        _gradientProducts[block][channel] = product;
    }

    /// <summary>Uses the running statistics, as prediction does.</summary>
    public void UseRunning()
    {
        ReadOnlySpan<float> gamma = _parameters.ValuesOf(_gamma);
        for (int channel = 0; channel < _channels; channel++)
        {
            Mean[channel] = _runningMean[channel];
            Scale[channel] = (float)(gamma[channel] / Math.Sqrt(_runningVariance[channel] + _epsilon));
        }
    }

    /// <summary>Joins the blocks' statistics (Chan, Golub and LeVeque, 1979) and updates the running ones.</summary>
    public void EndForward(int blocks)
    {
        ReadOnlySpan<float> gamma = _parameters.ValuesOf(_gamma);
        for (int channel = 0; channel < _channels; channel++)
        {
            double mean = 0, squares = 0;
            long count = 0;
            for (int block = 0; block < blocks; block++)
            {
                long added = _counts[block], joined = count + added;
                double distance = _blockMeans[block][channel] - mean;
                mean += distance * added / joined;
                squares += _blockSquares[block][channel] + (distance * distance * count * added / joined);
                count = joined;
            }

            double variance = squares / count;
            _rates[channel] = 1 / Math.Sqrt(variance + _epsilon);
            Mean[channel] = (float)mean;
            Scale[channel] = (float)(gamma[channel] * _rates[channel]);
            _runningMean[channel] = (float)(((1 - Momentum) * _runningMean[channel]) + (Momentum * mean));
            _runningVariance[channel] = (float)(
                ((1 - Momentum) * _runningVariance[channel]) + (Momentum * squares / (count - 1)));
        }
    }

    /// <summary>Adds the gradients of gamma and beta, and prepares those of x.</summary>
    public void EndBackward(int blocks)
    {
        Span<float> gammaGradients = _gamma.In(_parameters.Gradients[0]), betaGradients = _beta.In(_parameters.Gradients[0]);
        long count = _counts.AsSpan(0, blocks).ToArray().Sum();
        for (int channel = 0; channel < _channels; channel++)
        {
            double sum = 0, product = 0;
            for (int block = 0; block < blocks; block++)
            {
                sum += _gradientSums[block][channel];
                product += _gradientProducts[block][channel];
            }

            double rate = _rates[channel];
            gammaGradients[channel] += (float)(product * rate);
            betaGradients[channel] += (float)sum;
            GradientScale[channel] = (float)(-Scale[channel] * rate * rate * product / count);
            GradientShift[channel] = (float)(-Scale[channel] * sum / count);
        }
    }
}
