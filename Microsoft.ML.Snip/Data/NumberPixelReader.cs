using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Data;

/// <summary>Pixels of columns that hold them as vectors of floats, in the order channels, height, width.</summary>
internal sealed class NumberPixelReader : PixelReader
{
    private readonly ValueGetter<VBuffer<float>> _getter;
    private VBuffer<float> _vector;

    public NumberPixelReader(DataViewRow row, ImageColumn column)
        : base(row, column)
    {
        _getter = GetGetter<VBuffer<float>>();
    }

    public override void Read(Span<float> raw)
    {
        GetVector();
        _vector.CopyTo(raw);
        if (IndexOfNotFinite(raw) is int index and >= 0)
        {
            throw BadValue(FormattableString.Invariant($"pixel {index} is {raw[index]}; pixels are finite numbers."));
        }
    }

    /// <summary>As the base class does, but in one pass over the numbers.</summary>
    public override void ReadNormalized(PixelNormalization normalization, Span<float> destination)
    {
        GetVector();
        if (!_vector.IsDense || !normalization.Apply(_vector.GetValues(), destination))
        {
            base.ReadNormalized(normalization, destination);
        }
    }

    /// <summary>Where the first NaN or infinity is, or -1.</summary>
    public static int IndexOfNotFinite(ReadOnlySpan<float> raw)
    {
        for (int i = 0; i < raw.Length; i++)
        {
            if (!float.IsFinite(raw[i]))
            {
                return i;
            }
        }

        return -1;
    }

    private void GetVector()
    {
        _getter(ref _vector);
        CheckLength(_vector.Length);
    }
}
