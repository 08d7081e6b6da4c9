using System.Globalization;
using Microsoft.ML.Data;
using Microsoft.ML.Snip.Images.Examples;

namespace Microsoft.ML.Snip.DataViews.Columns;

/// <summary>Converts class values of one type from an annotation to text and back.</summary>
internal abstract class ClassValueCodec(ClassValueKind kind, PrimitiveDataViewType type)
{
    private static readonly ClassValueCodec[] All =
    [
        new ClassValueCodec<ReadOnlyMemory<char>>(
            ClassValueKind.Text, TextDataViewType.Instance, value => value.ToString(), text => text.AsMemory()),
        new ClassValueCodec<bool>(
            ClassValueKind.Boolean, BooleanDataViewType.Instance, value => value ? "true" : "false", bool.Parse),
        Number<sbyte>(ClassValueKind.SByte, NumberDataViewType.SByte),
        Number<short>(ClassValueKind.Int16, NumberDataViewType.Int16),
        Number<int>(ClassValueKind.Int32, NumberDataViewType.Int32),
        Number<long>(ClassValueKind.Int64, NumberDataViewType.Int64),
        Number<byte>(ClassValueKind.Byte, NumberDataViewType.Byte),
        Number<ushort>(ClassValueKind.UInt16, NumberDataViewType.UInt16),
        Number<uint>(ClassValueKind.UInt32, NumberDataViewType.UInt32),
        Number<ulong>(ClassValueKind.UInt64, NumberDataViewType.UInt64),
        Number<float>(ClassValueKind.Single, NumberDataViewType.Single),
        Number<double>(ClassValueKind.Double, NumberDataViewType.Double),
        new ClassValueCodec<DateTime>(
            ClassValueKind.DateTime, DateTimeDataViewType.Instance, value => value.ToString("O", CultureInfo.InvariantCulture),
            text => DateTime.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind)),
        new ClassValueCodec<DateTimeOffset>(
            ClassValueKind.DateTimeOffset, DateTimeOffsetDataViewType.Instance, value => value.ToString("O", CultureInfo.InvariantCulture),
            text => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture)),
        new ClassValueCodec<TimeSpan>(
            ClassValueKind.TimeSpan, TimeSpanDataViewType.Instance, value => value.ToString("c", CultureInfo.InvariantCulture),
            text => TimeSpan.ParseExact(text, "c", CultureInfo.InvariantCulture)),
    ];

    /// <summary>The type of the values.</summary>
    public ClassValueKind Kind { get; } = kind;

    private protected PrimitiveDataViewType Type { get; } = type;

    /// <summary>The codec for values of an ML.NET type; null if classes cannot have that type.</summary>
    public static ClassValueCodec? For(DataViewType type) => Array.Find(All, codec => codec.Type.Equals(type));

    /// <summary>The codec for a kind of values.</summary>
    public static ClassValueCodec For(ClassValueKind kind) => Array.Find(All, codec => codec.Kind == kind)
        ?? throw new ArgumentOutOfRangeException(nameof(kind), kind, "Unknown kind of class values.");

    /// <summary>The values in an annotation, as text.</summary>
    public abstract string[] Read(DataViewSchema.Annotations annotations, string name);

    /// <summary>Adds an annotation with the values that the texts represent.</summary>
    /// <exception cref="FormatException">A text is not a valid value of this type.</exception>
    public abstract void Add(DataViewSchema.Annotations.Builder annotations, string name, string[] texts);

    private static ClassValueCodec<T> Number<T>(ClassValueKind kind, NumberDataViewType type)
        where T : IFormattable, IParsable<T> => new(
            kind, type, value => value.ToString(null, CultureInfo.InvariantCulture), text => T.Parse(text, CultureInfo.InvariantCulture));
}

/// <inheritdoc/>
internal sealed class ClassValueCodec<T>(ClassValueKind kind, PrimitiveDataViewType type, Func<T, string> format, Func<string, T> parse)
    : ClassValueCodec(kind, type)
{
    public override string[] Read(DataViewSchema.Annotations annotations, string name)
    {
        VBuffer<T> values = default;
        annotations.GetValue(name, ref values);
        return [.. values.DenseValues().Select(format)];
    }

    public override void Add(DataViewSchema.Annotations.Builder annotations, string name, string[] texts)
    {
        var values = new VBuffer<T>(texts.Length, Array.ConvertAll(texts, Parse));
        annotations.Add(name, new VectorDataViewType(Type, texts.Length), (ref VBuffer<T> value) => values.CopyTo(ref value));
    }

    /// <summary>
    /// The texts come from model files, which may be damaged: a number that overflows its type is reported as a format error too.
    /// </summary>
    private T Parse(string text)
    {
        try
        {
            return parse(text);
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            throw new FormatException($"The class name '{text}' is not a valid value of type {Kind}.", exception);
        }
    }
}
