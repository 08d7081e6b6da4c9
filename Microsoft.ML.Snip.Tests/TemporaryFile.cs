namespace Microsoft.ML.Snip.Tests;

/// <summary>An empty file that is gone after the test, however it ends.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
