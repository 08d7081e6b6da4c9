using Microsoft.ML.Snip.Engines.Torch.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Modules;

/// <summary>
/// The forward pass of a TorchSharp LSTM step by step, for the CPU. There TorchSharp's own LSTM uses oneDNN, whose backward pass leaks
/// memory (libtorch 2.10: about 10 MB per batch, gigabytes per epoch), and whose results without gradients are wrong on machines where its
/// convolutions are (see <see cref="Runtime.ConvolutionCheck"/>). The results are equal except for rounding; it takes up to twice the time.
/// </summary>
internal static class LstmSteps
{
    /// <summary>
    /// The hidden states [batch, steps, units] for an input [batch, steps, features]: i, f, g, o are the four parts of W x + b + U h.
    /// </summary>
    /// <param name="module">A layer with one direction; its initial state is zero.</param>
    /// <param name="input">The sequences.</param>
    public static Tensor Run(TorchSharp.Modules.LSTM module, Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor bias = module.get_parameter("bias_ih_l0")!.Plus(module.get_parameter("bias_hh_l0")!);
        Tensor recurrent = module.get_parameter("weight_hh_l0")!.t();
        Tensor fromInputs = nn.functional.linear(input.transpose(0, 1).contiguous(), module.get_parameter("weight_ih_l0")!, bias);
        var states = new List<Tensor>();
        Tensor? memory = null;
        foreach (Tensor fromInput in fromInputs.unbind(0))
        {
            using DisposeScope step = NewDisposeScope(); // Without gradients, the memory of a step is free after it.
            Tensor gates = states.Count == 0 ? fromInput : addmm(fromInput, states[^1], recurrent, 1, 1);
            Tensor[] sigmoids = gates.sigmoid().chunk(4, 1);
            Tensor update = sigmoids[0] * gates.chunk(4, 1)[2].tanh();
            memory = (memory is null ? update : (sigmoids[1] * memory).Plus(update)).MoveToOuterDisposeScope();
            states.Add((sigmoids[3] * memory.tanh()).MoveToOuterDisposeScope());
        }

        return stack(states, 1).MoveToOuterDisposeScope();
    }
}
