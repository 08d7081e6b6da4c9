using System.Globalization;

namespace PaperTables;

/// <summary>The Markdown table; each row is printed as soon as it is measured.</summary>
internal static class Table
{
    public static void PrintHeader()
    {
        Console.WriteLine(
            "Printed in the paper (MNIST or CIFAR-10, long training; all but the LeNets' errors quoted from memory) / "
            + "measured here (weights without biases; errors on the test images, in %):");
        Console.WriteLine();
        Console.WriteLine(
            "| network | sparsity | parameters: paper / here | kept: paper / here "
            + "| error dense: paper / here | error pruned: paper / here | error random mask "
            + "| epochs | training images | test images | seconds | data: paper / here |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |");
    }

    public static void PrintRow(PaperRow row, DataSet data, Measurement measured) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {row.Network} | {100 * (1 - ((double)measured.Kept / measured.Connections)):0.#} "
        + $"| {row.Parameters} / {measured.Connections:N0} | {row.Kept} / {measured.Kept:N0} "
        + $"| {Printed(row.DenseError)} / {100 * measured.DenseError:F2} "
        + $"| {Printed(row.PrunedError)} / {100 * measured.PrunedError:F2} "
        + $"| {Printed(100 * measured.RandomError)} "
        + $"| {measured.Epochs} | {measured.TrainingImages:N0} | {measured.TestImages:N0} "
        + $"| {measured.Seconds:F0} | {row.Data} / {data.Name} |"));

    private static string Printed(double? error) => error?.ToString("0.0#", CultureInfo.InvariantCulture) ?? "-";
}
