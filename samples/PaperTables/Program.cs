// The rows of the SNIP paper's tables beside what this machine measures, each within a time budget.
//
//   dotnet run -c Release --project samples/PaperTables -- --row LeNet300 --minutes 2
//   dotnet run -c Release --project samples/PaperTables -- --row ResNet20 --minutes 20 --images 5000 --random-mask
//   dotnet run -c Release --project samples/PaperTables -- --row VggLike --minutes 60 --cifar10 FOLDER
using PaperTables;
using Samples.Common;

if (Arguments.Parse(args, out int exitCode) is not { } arguments)
{
    return exitCode;
}

try
{
    DataSet[] dataSets = [.. arguments.OpenDataSets()];
    (PaperRow Row, DataSet Data)[] runs = [..
        from row in arguments.Rows
        from data in dataSets
        where arguments.IsOneNetwork || data.Fits(row.Network)
        select (row, data)];
    Array.ForEach(runs, run => run.Data.RequireFits(run.Row.Network));
    foreach ((int index, (PaperRow row, DataSet data)) in runs.Index())
    {
        Measurement measured = Measurement.Take(row, data, arguments.Budget, arguments.Plan);
        if (index == 0)
        {
            Table.PrintHeader();
        }

        Table.PrintRow(row, data, measured);
    }

    return 0;
}
catch (Exception exception) when (Failure.IsExpected(exception))
{
    return Failure.Print(exception.Message);
}
