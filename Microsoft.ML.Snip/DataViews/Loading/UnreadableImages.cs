using Microsoft.ML.Runtime;

namespace Microsoft.ML.Snip.DataViews.Loading;

/// <summary>The images of a data set that could not be read.</summary>
internal sealed class UnreadableImages
{
    private const int MaxNamed = 20;

    private readonly List<Exception> _first = [];
    private bool _allMalformed = true;

    /// <summary>The number of unreadable images.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Whether an exception is the error of an image. Others are errors of the program or the machine, or a cancellation.
    /// </summary>
    public static bool IsFault(Exception exception) =>
        exception is FormatException or InvalidOperationException or ArgumentException or IOException or UnauthorizedAccessException;

    /// <summary>Adds the error of one image; its message must identify the image.</summary>
    public void Add(Exception fault)
    {
        Count++;
        _allMalformed &= fault is FormatException;
        if (_first.Count < MaxNamed)
        {
            _first.Add(fault);
        }
    }

    /// <summary>Describes them; the first ones with their messages.</summary>
    /// <param name="what">The name of the data set.</param>
    /// <param name="rows">The number of its rows.</param>
    public string Describe(string what, long rows)
    {
        string rest = Count > _first.Count ? $" And {Count - _first.Count} more." : string.Empty;
        string named = string.Join(' ', _first.Select((fault, index) => Count == 1 ? fault.Message : $"({index + 1}) {fault.Message}"));
        return $"{Count} of {rows} images of the {what} cannot be read: {named}{rest}";
    }

    /// <summary>The error that ends a fit.</summary>
    /// <param name="what">The name of the data set.</param>
    /// <param name="rows">The number of its rows.</param>
    /// <returns>
    /// A <see cref="FormatException"/> if all images are malformed, otherwise an <see cref="InvalidOperationException"/>.
    /// </returns>
    public Exception ToException(string what, long rows)
    {
        string message = $"{Describe(what, rows)} Repair or remove them, or set Options.InvalidImages to Skip to train without them.";
        return _allMalformed ? Contracts.ExceptDecode(_first[0], message) : Contracts.Except(_first[0], message);
    }
}
