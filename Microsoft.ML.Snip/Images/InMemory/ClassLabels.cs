using System.Collections.Immutable;

namespace Microsoft.ML.Snip.Images.InMemory;

/// <summary>The type of the values that a key column stands for, so that a loaded model gives back what the training data had.</summary>
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
/// <param name="Names">The values as text, in the invariant culture, so written that they read back to the same value.</param>
/// <remarks>
/// Keys that stand for no values, as a text loader makes them, are taken to stand for the texts "0", "1", ..., which is how ML.NET writes
/// such keys:
/// predictions then have names too, and MapKeyToValue works on them.
/// </remarks>
internal sealed record ClassLabels(ClassValueKind Kind, ImmutableArray<string> Names)
{
    /// <summary>How many classes there are.</summary>
    public int Count => Names.Length;

    /// <summary>The names as ML.NET holds texts, for annotations such as slot names.</summary>
    public ReadOnlyMemory<char>[] NamesAsText() => [.. Names.Select(name => name.AsMemory())];
}
