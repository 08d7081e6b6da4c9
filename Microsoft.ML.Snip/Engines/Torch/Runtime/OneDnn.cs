using System.Runtime.InteropServices;
using TorchSharp;

namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>
/// The setting in libtorch that allows operations to use oneDNN. TorchSharp has no API for it, so libtorch's own functions are called,
/// which are exported under these names on Linux: at::globalContext(), at::Context::userEnabledMkldnn() and
/// at::Context::setUserEnabledMkldnn(bool).
/// </summary>
internal sealed class OneDnn
{
    private static readonly Lazy<OneDnn> Process = new(() => new OneDnn(
        NativeLibrary.TryLoad("torch_cpu", typeof(torch).Assembly, null, out IntPtr library) ? library : IntPtr.Zero));

    private readonly GlobalContext? _context;
    private readonly UserEnabled? _read;
    private readonly SetUserEnabled? _write;
    private readonly SharedSetting<bool> _setting;

    /// <param name="library">The handle of the loaded libtorch_cpu, or zero if it is not loaded.</param>
    public OneDnn(IntPtr library)
    {
        _context = Find<GlobalContext>(library, "_ZN2at13globalContextEv");
        _read = Find<UserEnabled>(library, "_ZNK2at7Context17userEnabledMkldnnEv");
        _write = Find<SetUserEnabled>(library, "_ZN2at7Context20setUserEnabledMkldnnEb");
        _setting = new SharedSetting<bool>(() => IsOn, Set, wanted: false);
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate IntPtr GlobalContext();

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate byte UserEnabled(IntPtr context);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate void SetUserEnabled(IntPtr context, byte on);

    /// <summary>The setting of this process.</summary>
    public static OneDnn OfProcess => Process.Value;

    /// <summary>Whether oneDNN can be switched off in this libtorch.</summary>
    public bool CanSwitch => _context is not null && _read is not null && _write is not null;

    /// <summary>Whether operations may use oneDNN at this moment; true if that cannot be read.</summary>
    public bool IsOn => !CanSwitch || _read!(_context!()) != 0;

    /// <summary>Whether the program allows oneDNN, apart from a current <see cref="SwitchOff"/>.</summary>
    public bool IsWanted => !CanSwitch || _setting.Before;

    /// <summary>Switches oneDNN off until the result is disposed; calls may overlap.</summary>
    /// <exception cref="InvalidOperationException">OneDNN cannot be switched off in this libtorch.</exception>
    public IDisposable SwitchOff() => CanSwitch
        ? _setting.Hold()
        : throw new InvalidOperationException("OneDNN cannot be switched off in this build of libtorch.");

    /// <summary>Changes the setting directly, as a program could do.</summary>
    internal void Set(bool on) => _write!(_context!(), on ? (byte)1 : (byte)0);

    private static TFunction? Find<TFunction>(IntPtr library, string name)
        where TFunction : Delegate =>
        library != IntPtr.Zero && NativeLibrary.TryGetExport(library, name, out IntPtr address)
            ? Marshal.GetDelegateForFunctionPointer<TFunction>(address)
            : null;
}
