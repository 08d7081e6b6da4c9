using Microsoft.ML.Runtime;

namespace Microsoft.ML.Snip.DataViews.Loading;

/// <summary>The images of a data set that could not be read.</summary>
internal sealed class UnreadableImages
{
    private const int MaxNamed = 20;

    private readonly List<Exception> _first = [];
    private bool _allMalformed = true;

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Whether an exception is the fault of an image, and not of the program or the machine, or its user's wish to stop.</summary>
    public static bool IsFault(Exception exception) =>
        exception is FormatException or InvalidOperationException or ArgumentException or IOException or UnauthorizedAccessException;

    /// <summary>Adds one; its message is to say which it is.</summary>
    public void Add(Exception fault)
    {
        Count++;
        _allMalformed &= fault is FormatException;
        if (_first.Count < MaxNamed)
        {
            _first.Add(fault);
        }
    }

    /// <summary>Names them, the first ones one by one.</summary>
    /// <param name="what">What they are of.</param>
    /// <param name="rows">How many rows there are.</param>
    public string Describe(string what, long rows)
    {
        string rest = Count > _first.Count ? $" And {Count - _first.Count} more." : string.Empty;
        string named = string.Join(' ', _first.Select((fault, index) => Count == 1 ? fault.Message : $"({index + 1}) {fault.Message}"));
        return $"{Count} of {rows} images of the {what} cannot be read: {named}{rest}";
    }

    /// <summary>The error that ends a fit.</summary>
    /// <param name="what">What they are of.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <returns>A <see cref="FormatException"/> if all are malformed, else an <see cref="InvalidOperationException"/>.</returns>
    public Exception ToException(string what, long rows)
    {
        string message = $"{Describe(what, rows)} Mend or remove them, or set Options.InvalidImages to Skip to train without them.";
        return _allMalformed ? Contracts.ExceptDecode(_first[0], message) : Contracts.Except(_first[0], message);
    }
}
