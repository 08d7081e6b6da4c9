using System.Globalization;
using Samples.Common;
using SkiaSharp;

namespace RetainedConnectionsSample;

/// <summary>All columns in one image: headings, mean images, then one row of heat maps a sparsity.</summary>
internal sealed class Sheet : IDisposable
{
    private const int Zoom = 4, CellSize = FashionMnist.Side * Zoom, Gap = 8, LeftMargin = 120, TopMargin = 76, BottomMargin = 44;

    private readonly SKSurface _surface;
    private readonly SKTypeface _typeface = SKTypeface.FromFamilyName("DejaVu Sans") ?? SKTypeface.Default;

    private Sheet(int columns, int rows) => _surface = SKSurface.Create(new SKImageInfo(
        LeftMargin + (columns * (CellSize + Gap)), TopMargin + (rows * (CellSize + Gap)) + BottomMargin));

    /// <summary>Draws and writes the sheet.</summary>
    public static void Save(Column[] columns, int draws, string path)
    {
        using var sheet = new Sheet(columns.Length, Columns.Sparsities.Length + 1);
        sheet.Draw(columns, draws);
        using SKImage image = sheet._surface.Snapshot();
        using SKData png = image.Encode(SKEncodedImageFormat.Png, quality: 100);
        using FileStream file = File.Create(path);
        png.SaveTo(file);
    }

    public void Dispose()
    {
        _surface.Dispose();
        _typeface.Dispose();
    }

    private void Draw(Column[] columns, int draws)
    {
        _surface.Canvas.Clear(SKColors.White);
        Write(
            "Connections that pruning keeps to each pixel, before any training (LeNet-300-100, Fashion-MNIST)", LeftMargin, 28, 20,
            SKTextAlign.Left);
        Write("mean image", LeftMargin - 14, Top(0) + (CellSize / 2) + 5, 14, SKTextAlign.Right);
        for (int row = 0; row < Columns.Sparsities.Length; row++)
        {
            Write(Percent(Columns.Sparsities[row]), LeftMargin - 14, Top(row + 1) + (CellSize / 2), 17, SKTextAlign.Right);
            Write("cut", LeftMargin - 14, Top(row + 1) + (CellSize / 2) + 18, 13, SKTextAlign.Right);
        }

        for (int column = 0; column < columns.Length; column++)
        {
            Write(columns[column].Heading, Left(column) + (CellSize / 2), TopMargin - 12, 16, SKTextAlign.Center);
            DrawCell(columns[column].MeanImage, column, row: 0, value => new SKColor(Grey(value), Grey(value), Grey(value)));
            for (int row = 0; row < Columns.Sparsities.Length; row++)
            {
                float[] retained = columns[column].Retained[row];
                float max = Math.Max(retained.Max(), float.Epsilon);
                DrawCell(retained, column, row + 1, value => HeatColors.Of(value / max));
            }
        }

        DrawLegend(draws);
    }

    /// <summary>Each pixel is a square of one colour.</summary>
    private void DrawCell(float[] values, int column, int row, Func<float, SKColor> colorOf)
    {
        using var paint = new SKPaint { IsAntialias = false };
        for (int pixel = 0; pixel < values.Length; pixel++)
        {
            paint.Color = colorOf(values[pixel]);
            _surface.Canvas.DrawRect(
                Left(column) + (pixel % FashionMnist.Side * Zoom), Top(row) + (pixel / FashionMnist.Side * Zoom), Zoom, Zoom, paint);
        }
    }

    private void DrawLegend(int draws)
    {
        const int Length = 140, Height = 14;
        int y = Top(Columns.Sparsities.Length + 1) + 10;
        using var paint = new SKPaint { IsAntialias = false };
        for (int x = 0; x < Length; x++)
        {
            paint.Color = HeatColors.Of(x / (Length - 1f));
            _surface.Canvas.DrawRect(LeftMargin + x, y, 1, Height, paint);
        }

        Write(
            $"none to the most of each map: share of the {FreshNetwork.HiddenUnits} hidden units a pixel stays connected to, "
            + $"mean of {draws} draws of initial weights",
            LeftMargin + Length + 12, y + 12, 14, SKTextAlign.Left);
    }

    private void Write(string text, int x, int y, int size, SKTextAlign align)
    {
        using var paint =
            new SKPaint { Color = new SKColor(30, 30, 30), IsAntialias = true, Typeface = _typeface, TextSize = size, TextAlign = align };
        _surface.Canvas.DrawText(text, x, y, paint);
    }

    private static int Left(int column) => LeftMargin + (column * (CellSize + Gap));

    private static int Top(int row) => TopMargin + (row * (CellSize + Gap));

    private static byte Grey(float value) => (byte)Math.Round(255 * Math.Clamp(value, 0, 1));

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.#} %");
}
