using Microsoft.ML.Data;
using Microsoft.ML.Snip.Images.Decoding;
using Microsoft.ML.Transforms.Image;

namespace Microsoft.ML.Snip.DataViews.Loading;

/// <summary>Finds the size of the first readable image, where nothing else specifies a size.</summary>
internal static class FirstImage
{
    /// <summary>Whether a column holds images of any size. Other columns have a shape by their type or need Options.ImageShape.</summary>
    public static bool IsNeeded(DataViewSchema.Column column) => column.Type switch
    {
        ImageDataViewType image => image.Height <= 0 || image.Width <= 0,
        VectorDataViewType { IsKnownSize: false } vector => vector.ItemType == NumberDataViewType.Byte,
        _ => false,
    };

    /// <summary>Reads rows until one has an image.</summary>
    /// <param name="data">The data.</param>
    /// <param name="column">A column for which <see cref="IsNeeded"/> holds.</param>
    /// <param name="checkCancelled">Called before each row.</param>
    /// <returns>The image's size; null if there are no rows.</returns>
    public static (int Width, int Height)? FindSize(IDataView data, DataViewSchema.Column column, Action checkCancelled)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        Func<(int Width, int Height)?> read = column.Type is ImageDataViewType ? Images(cursor, column) : Files(cursor, column);
        Exception? firstFault = null;
        while (cursor.MoveNext())
        {
            checkCancelled();
            try
            {
                if (read() is { } size)
                {
                    return size;
                }
            }
            catch (Exception exception) when (UnreadableImages.IsFault(exception))
            {
                firstFault ??= exception;
            }
        }

        return firstFault is null
            ? null
            : throw new FormatException(
                $"No image of column '{column.Name}' can be read. The error of the first is: {firstFault.Message}", firstFault);
    }

    private static Func<(int Width, int Height)?> Images(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<MLImage> getter = row.GetGetter<MLImage>(column);
        MLImage image = null!;
        return () =>
        {
            getter(ref image);
            return image is null ? null : (image.Width, image.Height);
        };
    }

    private static Func<(int Width, int Height)?> Files(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<byte>> getter = row.GetGetter<VBuffer<byte>>(column);
        VBuffer<byte> file = default;
        return () =>
        {
            getter(ref file);
            using DecodedImage? decoded = ImageDecoder.TryDecode(file.DenseValues().ToArray(), target: null, out string? fault);
            return decoded is not null
                ? (decoded.Width, decoded.Height)
                : throw new FormatException($"the {file.Length} bytes of row {row.Position} (counted from 0) {fault}.");
        };
    }
}
