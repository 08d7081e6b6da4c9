using System.Threading.Channels;

namespace Microsoft.ML.Snip.Images.Examples;

/// <summary>
/// Fills batches on a background thread while those before are computed with. Their memory is used again and again: a batch is valid until
/// the next is read.
/// </summary>
internal sealed class BatchStream
{
    /// <summary>The number of batches that may wait.</summary>
    private const int MaxWaiting = 3;

    private readonly ImageDataset _source;
    private readonly Func<int, int> _sizeOf;
    private readonly (ImageDataset Dataset, PixelStore Store)[] _batches;
    private readonly int[] _places;
    private Channel<ExampleBatch> _waiting = null!;
    private CancellationTokenSource _stop = null!;
    private int _number;
    private int _filled;

    /// <param name="source">The data set.</param>
    /// <param name="maxBatch">The number of examples of the largest batch.</param>
    /// <param name="sizeOf">The number of examples of a batch, by its number from 0.</param>
    public BatchStream(ImageDataset source, int maxBatch, Func<int, int> sizeOf)
    {
        (_source, _sizeOf) = (source, sizeOf);
        _places = [.. Enumerable.Range(0, maxBatch)];

        // One is computed with, one is being filled.
        _batches = [.. Enumerable.Range(0, MaxWaiting + 2).Select(_ => NewBatch(maxBatch))];
    }

    /// <summary>The batches that a producer fills.</summary>
    /// <param name="produce">Calls <see cref="Add(int, ReadOnlySpan{float})"/> or its overload, on the background thread.</param>
    /// <param name="first">How many batches to leave out.</param>
    public IEnumerable<ExampleBatch> Read(Action produce, int first)
    {
        (_number, _filled) = (0, 0);
        (_waiting, _stop) = (Channel.CreateBounded<ExampleBatch>(MaxWaiting), new CancellationTokenSource());
        Task task = Task.Run(() => Produce(produce));
        try
        {
            foreach (ExampleBatch batch in _waiting.Reader.ReadAllAsync().ToBlockingEnumerable())
            {
                if (first > 0)
                {
                    first--;
                    continue;
                }

                yield return batch;
            }
        }
        finally
        {
            _stop.Cancel();
            task.Wait();
            _stop.Dispose();
        }
    }

    /// <summary>Called by the producer now and then: ends it when no more batches are wanted.</summary>
    public void Check() => _stop.Token.ThrowIfCancellationRequested();

    /// <summary>Adds an image to the current batch.</summary>
    public void Add(int index, ReadOnlySpan<float> raw)
    {
        Current.Store.Set(_filled, raw);
        End(index);
    }

    /// <summary>Adds an image that is in a store.</summary>
    public void Add(int index, PixelStore store, int place)
    {
        Current.Store.CopyFrom(store, place, _filled);
        End(index);
    }

    private (ImageDataset Dataset, PixelStore Store) Current => _batches[_number % _batches.Length];

    private void End(int index)
    {
        ImageDataset batch = Current.Dataset;
        batch.Labels[_filled] = _source.Labels[index];
        if (_source.Weights is { } weights)
        {
            batch.Weights![_filled] = weights[index];
        }

        _filled++;
        if (_filled == _sizeOf(_number))
        {
            var full = new ExampleBatch(batch, _places.AsMemory(0, _filled));
            _waiting.Writer.WriteAsync(full, _stop.Token).AsTask().GetAwaiter().GetResult();
            _number++;
            _filled = 0;
        }
    }

    private void Produce(Action produce)
    {
        Exception? failure = null;
        try
        {
            produce();
        }
#pragma warning disable CA1031 // Thrown by the thread that reads.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            failure = exception;
        }

        _waiting.Writer.Complete(failure);
    }

    private (ImageDataset Dataset, PixelStore Store) NewBatch(int count)
    {
        PixelStore store = _source.Stream!.NewStore(_source.Shape, count);
        var dataset = new ImageDataset(_source.Shape, _source.Classes, new int[count], store)
        {
            Weights = _source.Weights is null ? null : new float[count],
        };
        return (dataset, store);
    }
}
