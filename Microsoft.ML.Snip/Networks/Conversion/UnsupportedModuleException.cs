namespace Microsoft.ML.Snip.Networks.Conversion;

/// <summary>No layer computes what a module computes, or the module does not fit what is before it. The message is a sentence that names the module.</summary>
internal sealed class UnsupportedModuleException(string message) : ArgumentException(message);
