using System.Collections.Immutable;

namespace Microsoft.ML.Snip.Data;

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
internal sealed record ClassLabels(ClassValueKind Kind, ImmutableArray<string> Names);
