namespace Microsoft.ML.Snip.Engines.Managed.Execution;

/// <summary>
/// Work in parts, done by the calling thread with the help of thread-pool threads. The caller runs part after part until none is left, and
/// then waits, without taking a processor, for the parts that helpers have started: a busy pool causes no waiting. An object serves one
/// caller at a time, can be reused, and allocates nothing per run.
/// </summary>
internal abstract class SharedWork : IThreadPoolWorkItem
{
    /// <summary>The number of parts not yet taken. A thread takes a part by decrementing this number.</summary>
    private int _untaken;

    private int _unfinished;

    /// <summary>Pulsed when no part is unfinished. A plain object, because a Lock has no pulse.</summary>
    private readonly object _lock = new();

    private Exception? _failure;

    /// <summary>Runs parts 0 to count - 1, each once, in any order.</summary>
    /// <param name="count">The number of parts.</param>
    /// <param name="helpers">How many other threads may help.</param>
    protected void RunParts(int count, int helpers)
    {
        _failure = null;
        Volatile.Write(ref _unfinished, count);
        Volatile.Write(ref _untaken, count);
        for (int helper = Math.Min(helpers, count - 1); helper > 0; helper--)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        TakeParts();
        var wait = default(SpinWait);
        while (Volatile.Read(ref _unfinished) > 0 && !wait.NextSpinWillYield)
        {
            wait.SpinOnce();
        }

        lock (_lock)
        {
            while (Volatile.Read(ref _unfinished) > 0)
            {
                Monitor.Wait(_lock);
            }
        }

        if (_failure is { } failure)
        {
            throw new InvalidOperationException("A part of a batch failed.", failure);
        }
    }

    /// <summary>Runs one part, on any thread.</summary>
    protected abstract void RunPart(int part);

    /// <summary>
    /// Called on a helper thread. If its run is already done, it helps with the current run, or does nothing if there is none.
    /// </summary>
    void IThreadPoolWorkItem.Execute() => TakeParts();

    private void TakeParts()
    {
        int untaken = Volatile.Read(ref _untaken);
        while (untaken > 0)
        {
            int seen = Interlocked.CompareExchange(ref _untaken, untaken - 1, untaken);
            if (seen != untaken)
            {
                untaken = seen;
                continue;
            }

            try
            {
                RunPart(untaken - 1);
            }
#pragma warning disable CA1031 // A helper's failure is thrown on the caller's thread.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _failure = failure;
            }

            if (Interlocked.Decrement(ref _unfinished) == 0)
            {
                lock (_lock)
                {
                    Monitor.PulseAll(_lock);
                }
            }

            untaken = Volatile.Read(ref _untaken);
        }
    }
}
