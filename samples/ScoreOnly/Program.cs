// Classifies image files with a saved model: no training, no data views, no libtorch.
//
//   dotnet run -c Release --project samples/ScoreOnly -- MODEL PICTURE...
//
// MODEL is a zip that QuickStart saved (--model FILE), or a bare model file.
using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Snip;

bool timed = args is ["--time", ..];
string[] files = timed ? args[1..] : args;
if (files.Length < 2)
{
    Console.Error.WriteLine("usage: ScoreOnly [--time] MODEL PICTURE...");
    return 2;
}

try
{
    SnipPredictor predictor = SnipPredictor.Load(files[0]);
    foreach (string image in files[1..])
    {
        SnipPrediction prediction = Predict(predictor, image);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{image}: {prediction.Label} ({prediction.Probability:P1})"));
        if (timed)
        {
            timed = false;
            TimeSpan sinceStart = DateTime.Now - Process.GetCurrentProcess().StartTime;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"first prediction {sinceStart.TotalMilliseconds:F0} ms after the process started"));
        }
    }

    return 0;

    static SnipPrediction Predict(SnipPredictor predictor, string image)
    {
        try
        {
            return predictor.PredictFile(File.ReadAllBytes(image));
        }
        catch (FormatException exception)
        {
            throw new FormatException($"'{image}' is not an image. {exception.Message}", exception);
        }
    }
}
catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or InvalidOperationException)
{
    Console.Error.WriteLine(exception.Message.ReplaceLineEndings(" "));
    return 2;
}
