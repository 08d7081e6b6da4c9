using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>
/// The state of torch around a computation of ours: gradients are recorded and tensors are ordinary ones whatever scopes of no_grad,
/// set_grad_enabled or inference_mode the caller is in. What the caller had is back on disposal. That state belongs to the thread, so
/// dispose of it on the thread that made it.
/// </summary>
internal sealed class TorchState : IDisposable
{
    private static readonly SharedSetting<ScalarType> DefaultType = new(get_default_dtype, set_default_dtype, ScalarType.Float32);
    private static readonly SharedSetting<string> DefaultDevice = new(
        () => get_default_device().ToString(), set_default_device, CPU.ToString());

    private readonly IDisposable _ordinary = inference_mode(false); // It turns the recording of gradients on as well.
    private readonly IDisposable? _type;
    private readonly IDisposable? _device;

    private TorchState(bool defaults)
    {
        _type = defaults ? DefaultType.Hold() : null;
        _device = defaults ? DefaultDevice.Hold() : null;
    }

    /// <summary>For computing with what the caller made: its element type and device are the caller's choice.</summary>
    public static TorchState Enter() => new(defaults: false);

    /// <summary>
    /// For making modules and running those made so: new tensors are of Float32 on the CPU unless something else is asked for. These
    /// defaults belong to the whole process; nothing is set where they stand so already.
    /// </summary>
    public static TorchState EnterWithDefaults() => new(defaults: true);

    public void Dispose()
    {
        _device?.Dispose();
        _type?.Dispose();
        _ordinary.Dispose();
    }
}
