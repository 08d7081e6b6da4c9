namespace Microsoft.ML.Snip.Sparse.Memory;

/// <summary>Objects that are used by one thread at a time and kept for the next.</summary>
internal sealed class Pool<T>(Func<T> create)
    where T : class
{
    private readonly Lock _lock = new();
    private T? _first;
    private readonly Stack<T> _free = new(Environment.ProcessorCount * 4);

    public T Rent()
    {
        if (Interlocked.Exchange(ref _first, null) is { } first)
        {
            return first;
        }

        lock (_lock)
        {
            if (_free.TryPop(out T? item))
            {
                return item;
            }
        }

        return create();
    }

    public void Return(T item)
    {
        if (Interlocked.CompareExchange(ref _first, item, null) == null)
        {
            return;
        }

        lock (_lock)
        {
            _free.Push(item);
        }
    }
}
