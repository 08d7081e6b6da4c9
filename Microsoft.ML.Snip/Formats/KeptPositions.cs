using Microsoft.ML.Snip.Sparse;

namespace Microsoft.ML.Snip.Formats;

/// <summary>
/// Which weights of a matrix are kept, read row by row as one sequence of positions; written in whichever of two ways takes fewer bytes.
/// Gaps: for each kept weight the number of cut ones since the one before, in a byte, after a 255 for each 255 of them. Bitmap: a bit for each
/// weight, the lowest bit of a byte first.
/// </summary>
internal static class KeptPositions
{
    private const byte Gaps = 0;
    private const byte Bitmap = 1;
    private const byte LongGap = 255;

    /// <summary>A bitmap of more than so many times the bytes of the gaps is not tried: it hardly ever gets shorter than they do.</summary>
    private const int WorthATry = 4;

    public static void Write(PayloadWriter payload, SparseMatrix matrix)
    {
        byte[] gaps = ToGaps(matrix);
        byte coding = Gaps;
        byte[] shortest = PayloadWriter.Compress(gaps);
        if (BitmapSize(matrix) <= (long)WorthATry * gaps.Length)
        {
            byte[] bitmap = PayloadWriter.Compress(ToBitmap(matrix));
            if (bitmap.Length < shortest.Length)
            {
                coding = Bitmap;
                shortest = bitmap;
            }
        }

        payload.WriteByte(coding);
        payload.WriteBlock(shortest);
    }

    /// <param name="payload">Where the positions are next.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="columns">Columns of the matrix.</param>
    /// <param name="keptCount">How many weights are kept; the caller has checked that so many may be.</param>
    /// <param name="what">What is read, for messages.</param>
    /// <returns>The arrays of a <see cref="SparseMatrix"/>.</returns>
    public static (int[] RowStart, int[] Column) Read(PayloadReader payload, int rows, int columns, int keptCount, string what)
    {
        byte coding = payload.ReadByte(what);
        using var block = new BlockDecoder(payload.ReadBlock(what), what);
        var collector = new RowCollector(rows, columns, keptCount, what);
        switch (coding)
        {
            case Gaps:
                ReadGaps(block, collector, keptCount);
                break;
            case Bitmap:
                ReadBitmap(block, collector, (long)rows * columns);
                break;
            default:
                throw new FormatException($"The {what} are coded in way {coding}; expected {Gaps} (gaps) or {Bitmap} (bitmap).");
        }

        return collector.Finish();
    }

    private static byte[] ToGaps(SparseMatrix matrix)
    {
        var gaps = new List<byte>(matrix.KeptCount);
        long expected = 0;
        foreach (long position in PositionsOf(matrix))
        {
            long gap = position - expected;
            for (; gap >= LongGap; gap -= LongGap)
            {
                gaps.Add(LongGap);
            }

            gaps.Add((byte)gap);
            expected = position + 1;
        }

        return [.. gaps];
    }

    private static byte[] ToBitmap(SparseMatrix matrix)
    {
        var bitmap = new byte[BitmapSize(matrix)];
        foreach (long position in PositionsOf(matrix))
        {
            bitmap[position / 8] |= (byte)(1 << (int)(position % 8));
        }

        return bitmap;
    }

    private static long BitmapSize(SparseMatrix matrix) => (((long)matrix.Rows * matrix.Columns) + 7) / 8;

    private static IEnumerable<long> PositionsOf(SparseMatrix matrix)
    {
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int at = matrix.RowStart[row]; at < matrix.RowStart[row + 1]; at++)
            {
                yield return ((long)row * matrix.Columns) + matrix.Column[at];
            }
        }
    }

    private static void ReadGaps(BlockDecoder gaps, RowCollector collector, int keptCount)
    {
        long position = 0;
        for (int found = 0; found < keptCount; found++)
        {
            byte gap;
            while ((gap = gaps.ReadByte()) == LongGap)
            {
                position += LongGap;
                collector.RequireInside(position);
            }

            position += gap;
            collector.Add(position++);
        }

        gaps.RequireEnd();
    }

    private static void ReadBitmap(BlockDecoder bitmap, RowCollector collector, long count)
    {
        for (long start = 0; start < count; start += 8)
        {
            for (int bits = bitmap.ReadByte(); bits != 0; bits &= bits - 1)
            {
                collector.Add(start + int.TrailingZeroCount(bits));
            }
        }

        bitmap.RequireEnd();
    }
}
