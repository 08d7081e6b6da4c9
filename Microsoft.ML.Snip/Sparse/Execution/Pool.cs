namespace Microsoft.ML.Snip.Sparse.Execution;

/// <summary>Objects that are used by one thread at a time and kept for the next.</summary>
internal sealed class Pool<T>(Func<T> create)
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Stack<T> _free = new(Environment.ProcessorCount * 4);

    public T Rent()
    {
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
        lock (_lock)
        {
            _free.Push(item);
        }
    }
}
