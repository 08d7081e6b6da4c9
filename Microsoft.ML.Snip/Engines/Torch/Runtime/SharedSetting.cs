namespace Microsoft.ML.Snip.Engines.Torch.Runtime;

/// <summary>
/// A setting that belongs to the whole process and is held at one value while someone of ours needs it. The first holder sets it, the last
/// one puts back what was there before, so that fits and predictions may overlap in any order.
/// </summary>
/// <param name="read">Reads the setting.</param>
/// <param name="write">Changes it; not called where the setting is as wanted already.</param>
/// <param name="wanted">What holders need.</param>
internal sealed class SharedSetting<T>(Func<T> read, Action<T> write, T wanted)
{
    private readonly Lock _lock = new();
    private int _holders;
    private T _before = default!;

    /// <summary>What the process has it at, whether or not it is held at another value just now.</summary>
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
