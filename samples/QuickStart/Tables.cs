using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Snip;
using Spectre.Console;

namespace QuickStart;

/// <summary>What the run found, as tables.</summary>
internal static class Tables
{
    public static void ShowPruning(PruningReport report)
    {
        var table = new Table { Border = TableBorder.Rounded, Title = new TableTitle($"{report.Network}: what pruning kept") };
        table.AddColumn("layer");
        foreach (string heading in new[] { "connections", "kept", "density", "FLOPs dense", "FLOPs kept" })
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        foreach (LayerReport layer in report.Layers)
        {
            AddRow(table, layer.Name, layer.Connections, layer.Kept, layer.DenseFlops, layer.KeptFlops);
        }

        table.AddEmptyRow();
        AddRow(table, "all", report.Connections, report.Kept, report.DenseFlops, report.KeptFlops);
        AnsiConsole.Write(table);
    }

    public static void ShowMetrics(MulticlassClassificationMetrics metrics)
    {
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Test: micro accuracy {metrics.MicroAccuracy:F4}, macro accuracy {metrics.MacroAccuracy:F4}, "
            + $"log-loss {metrics.LogLoss:F4}, log-loss reduction {metrics.LogLossReduction:F4}"));
        Console.WriteLine(metrics.ConfusionMatrix.GetFormattedConfusionTable());
    }

    private static void AddRow(Table table, string name, long connections, long kept, long denseFlops, long keptFlops) => table.AddRow(
        name,
        Number(connections),
        Number(kept),
        string.Create(CultureInfo.InvariantCulture, $"{(double)kept / connections:P2}"),
        Number(denseFlops),
        Number(keptFlops));

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
