using System.Collections.Immutable;

namespace Microsoft.ML.Snip.Images.Examples;

/// <summary>The type of the values that a key column represents, so that a loaded model gives labels of the training data's type.</summary>
internal enum ClassValueKind
{
    Text,
    Boolean,
    SByte,
    Int16,
    Int32,
    Int64,
    Byte,
    UInt16,
    UInt32,
    UInt64,
    Single,
    Double,
    DateTime,
    DateTimeOffset,
    TimeSpan,
}

/// <summary>The classes in the order of the label column's keys.</summary>
/// <param name="Kind">The type of the values.</param>
/// <param name="Names">The values as text, in the invariant culture and in a format that parses back to the same value.</param>
/// <remarks>
/// Keys without values, such as those of a text loader, get the texts "0", "1", ..., which is how ML.NET writes such keys. So their
/// predictions have names too, and MapKeyToValue works on them.
/// </remarks>
internal sealed record ClassLabels(ClassValueKind Kind, ImmutableArray<string> Names)
{
    /// <summary>The number of classes.</summary>
    public int Count => Names.Length;

    /// <summary>The names in ML.NET's text type, for annotations such as slot names.</summary>
    public ReadOnlyMemory<char>[] NamesAsText() => [.. Names.Select(name => name.AsMemory())];
}
