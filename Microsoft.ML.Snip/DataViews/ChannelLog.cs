using Microsoft.ML.Runtime;

namespace Microsoft.ML.Snip.DataViews;

/// <summary>Writes to the log of an <see cref="MLContext"/>.</summary>
/// <param name="channel">ML.NET's channel.</param>
internal sealed class ChannelLog(IChannel channel)
{
    public void Info(string message) => channel.Info(message);

    public void Warn(string message) => channel.Warning(message);
}
