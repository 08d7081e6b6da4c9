using Microsoft.ML.Snip.Training;
using Microsoft.ML.Snip.Engines.Torch.Runtime;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Training;

/// <summary>
/// Adam (Kingma and Ba, 2015, algorithm 1): each step changes a weight by -learning rate * m / (sqrt(s) + epsilon), where m and s are the
/// running mean and mean square of the gradient, corrected for their start from 0. AdamW shrinks the weight by learning rate * weight decay
/// first.
/// </summary>
internal sealed class AdamUpdate : ParameterUpdate
{
    private const double MeanSquareDecay = 0.999, Epsilon = 1e-8;

    private readonly double _meanDecay;
    private readonly double _decoupledDecay;
    private readonly Scalar _keptOfMean, _addedToMean;
    private readonly Scalar _keptOfMeanSquare = MeanSquareDecay.ToScalar(), _addedToMeanSquare = (1 - MeanSquareDecay).ToScalar();
    private readonly Scalar _epsilon = Epsilon.ToScalar();
    private readonly Tensor _mean;
    private readonly Tensor _meanSquare;

    /// <param name="parameter">The parameter.</param>
    /// <param name="settings">The decay rate of the mean (beta 1) is the momentum; the weight decay.</param>
    public AdamUpdate(Parameter parameter, TrainingSettings settings)
        : base(parameter, settings.Optimizer == TrainingOptimizer.AdamW ? 0 : settings.WeightDecay)
    {
        using IDisposable noGradients = no_grad();
        _meanDecay = settings.Momentum;
        _decoupledDecay = settings.Optimizer == TrainingOptimizer.AdamW ? settings.WeightDecay : 0;
        (_keptOfMean, _addedToMean) = (_meanDecay.ToScalar(), (1 - _meanDecay).ToScalar());
        _mean = zeros_like(parameter).DetachFromDisposeScope();
        _meanSquare = zeros_like(parameter).DetachFromDisposeScope();
    }

    public override Tensor Mean => _mean;

    public override Tensor MeanSquare => _meanSquare;

    /// <summary>
    /// The mean square of a grown weight starts from the average of the other weights. Starting from 0, it would stay small for many steps
    /// and make these steps several times too long (GRU-s at 95 % sparsity was then 0.8 to 1.0 points less accurate on Fashion-MNIST, no
    /// better than with a fixed mask).
    /// </summary>
    public override void Move(Tensor dropped, Tensor grown, Tensor mask)
    {
        using Scalar zero = 0.ToScalar(), average = (_meanSquare.sum() / mask.sum()).ToScalar();
        _mean.masked_fill_(dropped, zero);
        _meanSquare.masked_fill_(dropped, zero).masked_fill_(grown, average);
    }

    public override void Dispose()
    {
        base.Dispose();
        IDisposable[] owned = [_keptOfMean, _addedToMean, _keptOfMeanSquare, _addedToMeanSquare, _epsilon, _mean, _meanSquare];
        foreach (IDisposable item in owned)
        {
            item.Dispose();
        }
    }

    protected override void ApplyGradient(Tensor gradient, double learningRate, long step)
    {
        using Scalar stepSize = (-learningRate / (1 - Math.Pow(_meanDecay, step))).ToScalar();
        using Scalar correction = Math.Sqrt(1 - Math.Pow(MeanSquareDecay, step)).ToScalar();
        if (_decoupledDecay > 0)
        {
            using Scalar kept = (1 - (learningRate * _decoupledDecay)).ToScalar();
            Parameter.mul_(kept);
        }

        _mean.mul_(_keptOfMean).add_(gradient, _addedToMean);
        _meanSquare.mul_(_keptOfMeanSquare).addcmul_(gradient, gradient, _addedToMeanSquare);
        Parameter.addcdiv_(_mean, _meanSquare.sqrt().div_(correction).add_(_epsilon, Sums.One), stepSize);
    }
}
