namespace Microsoft.ML.Snip.Networks.Conversion;

/// <summary>No layer computes what a module computes, or the module does not fit what is before it.</summary>
/// <param name="message">A sentence that names the module.</param>
internal sealed class UnsupportedModuleException(string message) : ArgumentException(message)
{
    /// <summary>Whether there is no layer for modules of this type, whatever their settings.</summary>
    public bool IsUnknownType { get; init; }
}
