using SkiaSharp;

namespace RetainedConnectionsSample;

/// <summary>
/// Colours from dark to bright, each brighter than the one before for every kind of colour vision (after matplotlib's "inferno").
/// </summary>
internal static class HeatColors
{
    private static readonly SKColor[] s_stops =
    [
        new(0, 0, 4), new(40, 11, 84), new(101, 21, 110), new(159, 42, 99),
        new(212, 72, 66), new(245, 125, 21), new(250, 193, 39), new(252, 255, 164),
    ];

    /// <param name="value">From 0 to 1; what lies outside is drawn as the nearest of the two.</param>
    public static SKColor Of(float value)
    {
        float place = Math.Clamp(value, 0, 1) * (s_stops.Length - 1);
        int stop = Math.Min((int)place, s_stops.Length - 2);
        SKColor low = s_stops[stop], high = s_stops[stop + 1];
        float share = place - stop;
        return new SKColor(Mix(low.Red, high.Red, share), Mix(low.Green, high.Green, share), Mix(low.Blue, high.Blue, share));
    }

    private static byte Mix(byte low, byte high, float share) => (byte)Math.Round(low + ((high - low) * share));
}
