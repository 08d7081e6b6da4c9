using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>
/// The state of torch for the library's computations: gradients are recorded and tensors are ordinary ones, even inside the caller's
/// no_grad, set_grad_enabled or inference_mode. The caller's state is restored on disposal. It is per thread, so dispose this object on the
/// thread that created it.
/// </summary>
internal sealed class TorchState : IDisposable
{
    private static readonly SharedSetting<ScalarType> DefaultType = new(get_default_dtype, set_default_dtype, ScalarType.Float32);
    private static readonly SharedSetting<string> DefaultDevice = new(
        () => get_default_device().ToString(), set_default_device, CPU.ToString());

    private readonly IDisposable _ordinary = inference_mode(false); // This also enables gradients.
    private readonly IDisposable? _type;
    private readonly IDisposable? _device;

    private TorchState(bool defaults)
    {
        _type = defaults ? DefaultType.Hold() : null;
        _device = defaults ? DefaultDevice.Hold() : null;
    }

    /// <summary>For computing with the caller's modules and tensors, with the caller's element type and device.</summary>
    public static TorchState Enter() => new(defaults: false);

    /// <summary>
    /// For creating modules and running them: new tensors are Float32 on the CPU unless specified otherwise. These defaults are
    /// process-wide; they are set only if they differ.
    /// </summary>
    public static TorchState EnterWithDefaults() => new(defaults: true);

    public void Dispose()
    {
        _device?.Dispose();
        _type?.Dispose();
        _ordinary.Dispose();
    }
}
