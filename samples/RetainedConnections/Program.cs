// What a network looks at after pruning, before any training: the kept connections of each pixel, drawn for all classes together and for
// each.
//
//   dotnet run -c Release --project samples/RetainedConnections -- --output retained-connections.png
//   dotnet run -c Release --project samples/RetainedConnections -- --learning-curves
using RetainedConnectionsSample;
using Samples.Common;

if (Arguments.Parse(args, out int exitCode) is not { } arguments)
{
    return exitCode;
}

try
{
    ImageRow[] images = ImageRow.Load(arguments.DataFolder);
    if (arguments.LearningCurves)
    {
        LearningCurves.Print(images, arguments.Images, arguments.Epochs);
        return 0;
    }

    Column[] columns = [.. Columns.Make(images, arguments.Draws)];
    Sheet.Save(columns, arguments.Draws, arguments.OutputFile);
    Console.WriteLine(
        $"Drew {arguments.OutputFile}: {columns.Length} columns, each the mean of {arguments.Draws} draws of initial weights.");
    return 0;
}
catch (Exception exception) when (Failure.IsExpected(exception))
{
    return Failure.Print(exception.Message);
}
