namespace Microsoft.ML.Snip.Engines.Managed.Execution;

/// <summary>
/// Parts of work that a caller does itself, and that threads of the pool help with if they come in time. The caller takes part after part
/// until none is left, and then waits only for parts that a helper has begun: a pool that is busy costs nothing but its help. One object
/// serves one caller at a time, again and again, and allocates nothing.
/// </summary>
internal abstract class SharedWork : IThreadPoolWorkItem
{
    /// <summary>Parts that nobody has taken yet; a part belongs to whoever takes the number down.</summary>
    private int _untaken;

    private int _unfinished;

    private Exception? _failure;

    /// <summary>Does parts 0 to count - 1, each once, in any order.</summary>
    /// <param name="count">How many parts.</param>
    /// <param name="helpers">How many threads may help.</param>
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
        while (Volatile.Read(ref _unfinished) > 0)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }

        if (_failure is { } failure)
        {
            throw new InvalidOperationException("A part of a prediction failed.", failure);
        }
    }

    /// <summary>Does one part, on whatever thread.</summary>
    protected abstract void RunPart(int part);

    /// <summary>A helper that comes when the work it was called for is done helps with what has come since, or goes.</summary>
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
#pragma warning disable CA1031 // A helper's failure belongs to the caller.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                _failure = failure;
            }

            Interlocked.Decrement(ref _unfinished);
            untaken = Volatile.Read(ref _untaken);
        }
    }
}
