namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>
/// A process-wide setting that is held at one value while the library needs it. The first holder sets the value and the last one restores
/// the previous value, so that fits and predictions may overlap in any order.
/// </summary>
/// <param name="read">Reads the setting.</param>
/// <param name="write">Changes the setting; not called if it already has the wanted value.</param>
/// <param name="wanted">The value that holders need.</param>
internal sealed class SharedSetting<T>(Func<T> read, Action<T> write, T wanted)
{
    private readonly Lock _lock = new();
    private int _holders;
    private T _before = default!;

    /// <summary>The program's own value of the setting, also while it is held at another value.</summary>
    public T Before
    {
        get
        {
            lock (_lock)
            {
                return _holders > 0 ? _before : read();
            }
        }
    }

    /// <summary>Holds the setting until the result is disposed.</summary>
    public IDisposable Hold()
    {
        lock (_lock)
        {
            if (_holders == 0)
            {
                _before = read();
                WriteUnlessWanted(wanted);
            }

            _holders++;
        }

        return new Holder(this);
    }

    private void Release()
    {
        lock (_lock)
        {
            if (--_holders == 0)
            {
                WriteUnlessWanted(_before);
            }
        }
    }

    private void WriteUnlessWanted(T value)
    {
        if (!EqualityComparer<T>.Default.Equals(_before, wanted))
        {
            write(value);
        }
    }

    private sealed class Holder(SharedSetting<T> setting) : IDisposable
    {
        private SharedSetting<T>? _setting = setting;

        public void Dispose() => Interlocked.Exchange(ref _setting, null)?.Release();
    }
}
