namespace Microsoft.ML.Snip.Networks.Conversion;

/// <summary>A module cannot be converted to a layer, or does not fit the output of the module before it.</summary>
/// <param name="message">The message, which names the module.</param>
internal sealed class UnsupportedModuleException(string message) : ArgumentException(message)
{
    /// <summary>Whether modules of this type cannot be converted with any settings.</summary>
    public bool IsUnknownType { get; init; }
}
