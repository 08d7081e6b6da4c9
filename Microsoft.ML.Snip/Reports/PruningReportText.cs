using System.Globalization;
using System.Text;

namespace Microsoft.ML.Snip.Reports;

/// <summary>Formats a pruning report as a text table: one line for each parameter, in the invariant culture.</summary>
internal static class PruningReportText
{
    private static readonly string[] Head = ["layer", "connections", "kept", "density", "FLOPs"];

    public static string Write(PruningReport report)
    {
        string[][] rows =
        [
            Head,
            .. report.Layers.Select(layer => Row(layer.Name, layer.Connections, layer.Kept, layer.KeptFlops)),
            Row("all", report.Connections, report.Kept, report.KeptFlops),
        ];
        int[] widths = [.. Head.Select((_, column) => rows.Max(row => row[column].Length))];
        string criterion = report.Criterion is null ? string.Empty : $", scored by {report.Criterion}";
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{report.Network}{criterion}: sparsity {report.Sparsity:F4}, {report.KeptFlops:N0} of {report.DenseFlops:N0} FLOPs an image");
        foreach (string[] row in rows)
        {
            text.AppendLine().Append(row[0].PadRight(widths[0]));
            for (int column = 1; column < row.Length; column++)
            {
                text.Append("  ").Append(row[column].PadLeft(widths[column]));
            }
        }

        return text.ToString();
    }

    private static string[] Row(string name, long connections, long kept, long flops) =>
    [
        name,
        connections.ToString("N0", CultureInfo.InvariantCulture),
        kept.ToString("N0", CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture, $"{(connections == 0 ? 0 : 100.0 * kept / connections):F2} %"),
        flops.ToString("N0", CultureInfo.InvariantCulture),
    ];
}
