using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.DataViews.Sources;

/// <summary>
/// A data set of labelled images; each cursor reads the files again. Columns: Image (<see cref="MLImage"/>) and Label (text).
/// </summary>
internal sealed class ImageDataView : IDataView
{
    private readonly ImageSource _source;

    /// <param name="source">The source of the images.</param>
    public ImageDataView(ImageSource source)
    {
        _source = source;
        var schema = new DataViewSchema.Builder();
        schema.AddColumn("Image", source.ImageType);
        schema.AddColumn("Label", TextDataViewType.Instance);
        Schema = schema.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public bool CanShuffle => _source.IsRandomAccess;

    public long? GetRowCount() => _source.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = new bool[Schema.Count];
        foreach (DataViewSchema.Column column in columnsNeeded)
        {
            active[column.Index] = true;
        }

        return new ImageCursor(Schema, active, _source, _source.IsRandomAccess ? rand : null);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];
}
