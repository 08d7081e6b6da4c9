using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Engines.Managed.Training.Parameters;
using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Operators.Recurrent;

/// <summary>
/// A recurrent layer over a sequence, from a state of zeros, and its gradients through time: the steps are run forward, keeping what the
/// way back needs, then backward.
/// </summary>
/// <param name="input">The sequence.</param>
/// <param name="output">The outputs of all steps.</param>
/// <param name="kept">Memory for what each step keeps.</param>
/// <param name="parameters">The parameters of the network.</param>
/// <param name="weights">The kept weights on the input and on the state.</param>
/// <param name="biases">The places of the biases of the input's and of the state's products.</param>
/// <param name="steps">The number of steps.</param>
/// <param name="units">The number of units.</param>
internal sealed unsafe class TrainableRecurrent<TCell, TSimd, TVector>(
    Source input, Target output, View kept, ParameterSet parameters,
    (TrainableMatrix<TSimd, TVector> Input, TrainableMatrix<TSimd, TVector> State) weights,
    (ParameterRange Input, ParameterRange State) biases, int steps, int units)
    : TrainingOperator(output, input)
    where TCell : struct, ITrainableCell
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    public override bool KeepsInputs => true;

    public override bool KeepsOutput => true;

    public override View? Kept => kept;

    /// <summary>The gates' parts from the state; the gradients of the output; those of the state; and zeros.</summary>
    public override long ScratchLength(int lanes) => (TCell.Gates + 4L) * units * lanes;

    public override void Prepare(bool learns)
    {
        weights.Input.Prepare();
        weights.State.Prepare();
    }

    public override void Forward(in TrainingBlock block)
    {
        int lanes = block.Lanes;
        long length = (long)units * lanes;
        float* x = input.ValuesIn(block), y = Output.ValuesIn(block), parts = kept.In(block.Activations, lanes);
        float* fromState = block.Scratch, zeros = block.Scratch + ((TCell.Gates + 3) * length);
        new Span<float>(zeros, (int)length).Clear();
        float* last = zeros, lastParts = null;
        float* values = parameters.Values.Pointer;
        for (int step = 0; step < steps; step++)
        {
            weights.Input.Run(x, values + biases.Input.First, parts, lanes);
            if (TCell.SumsParts)
            {
                weights.State.Add(last, parts, lanes);
                AddBiases(values + biases.State.First, parts, lanes);
            }
            else
            {
                weights.State.Run(last, values + biases.State.First, fromState, lanes);
            }

            TCell.Forward<TSimd, TVector>(parts, fromState, last, lastParts, y, length);
            last = y;
            lastParts = parts;
            x += input.Count / steps * lanes;
            y += length;
            parts += TCell.KeptParts * length;
        }
    }

    public override void Backward(in TrainingBlock block)
    {
        int lanes = block.Lanes;
        long length = (long)units * lanes, inputLength = input.Count / steps * lanes;
        float* parts = kept.In(block.Activations, lanes) + ((steps - 1) * TCell.KeptParts * length);
        float* x = input.ValuesIn(block) + ((steps - 1) * inputLength), y = Output.ValuesIn(block);
        float* inputGradients = input.GradientsIn(block);
        float* fromState = block.Scratch, gradients = fromState + (TCell.Gates * length);
        float* stateGradients = gradients + length, zeros = stateGradients + (2 * length);
        new Span<float>(stateGradients, (int)(3 * length)).Clear();
        for (int step = steps - 1; step >= 0; step--)
        {
            // The output's own gradients, and those that the step behind gave to its last output.
            Sum(Output.GradientsIn(block) + (step * length), step == steps - 1 ? zeros : gradients, gradients, length);
            float* last = step == 0 ? zeros : y + ((step - 1) * length);
            TCell.Backward<TSimd, TVector>(
                parts, last, step == 0 ? null : parts - (TCell.KeptParts * length), gradients, stateGradients, fromState, length);
            float* gatesOfState = TCell.SumsParts ? parts : fromState;
            weights.Input.AddGradients(x, parts, block.ParameterGradients, lanes);
            AddBiasGradients(parts, biases.Input, block);
            AddBiasGradients(gatesOfState, biases.State, block);
            if (step > 0)
            {
                weights.State.AddGradients(last, gatesOfState, block.ParameterGradients, lanes);
                weights.State.RunTransposed(gatesOfState, gradients, lanes, adds: false);
                Sum(gradients, stateGradients + length, gradients, length);
            }

            if (inputGradients != null)
            {
                weights.Input.RunTransposed(parts, inputGradients + (step * inputLength), lanes, input.Adds);
            }

            x -= inputLength;
            parts -= TCell.KeptParts * length;
        }
    }

    private static void Sum(float* first, float* second, float* result, long length)
    {
        for (long i = 0; i < length; i += TSimd.Width)
        {
            TSimd.Store(TSimd.Add(TSimd.Load(first + i), TSimd.Load(second + i)), result + i);
        }
    }

    private void AddBiases(float* bias, float* gates, int lanes)
    {
        for (int row = 0; row < TCell.Gates * units; row++)
        {
            TVector added = TSimd.Broadcast(bias[row]);
            for (int lane = 0; lane < lanes; lane += TSimd.Width, gates += TSimd.Width)
            {
                TSimd.Store(TSimd.Add(TSimd.Load(gates), added), gates);
            }
        }
    }

    private void AddBiasGradients(float* gates, ParameterRange bias, in TrainingBlock block) => BiasGradients<TSimd, TVector>.Add(
        null, gates, block.ParameterGradients + bias.First, TCell.Gates * units, block.Lanes);
}
