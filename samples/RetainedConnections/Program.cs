// What a network looks at after pruning, before any training: the kept connections of each pixel, drawn for all classes together and for
// each.
//
//   dotnet run -c Release --project samples/RetainedConnections -- --output retained-connections.png
//   dotnet run -c Release --project samples/RetainedConnections -- --learning-curves
using RetainedConnectionsSample;

if (Arguments.Parse(args, out int exitCode) is not { } arguments)
{
    return exitCode;
}

try
{
    FashionMnist data = FashionMnist.Load(arguments.DataFolder);
    if (arguments.LearningCurves)
    {
        LearningCurves.Print(data, arguments.Images, arguments.Epochs);
        return 0;
    }

    Column[] columns = [.. Columns.Make(data, arguments.Draws)];
    Sheet.Save(columns, arguments.Draws, arguments.OutputFile);
    Console.WriteLine(
        $"Drew {arguments.OutputFile}: {columns.Length} columns, each the mean of {arguments.Draws} draws of initial weights.");
    return 0;
}
catch (Exception exception) when (
    exception is IOException or UnauthorizedAccessException or FormatException or ArgumentException or InvalidOperationException)
{
    Console.Error.WriteLine(exception.Message.ReplaceLineEndings(" "));
    return 2;
}
