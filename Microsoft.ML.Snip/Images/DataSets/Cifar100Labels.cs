namespace Microsoft.ML.Snip;

/// <summary>Selects one of the two labels of each CIFAR-100 image.</summary>
public enum Cifar100Labels
{
    /// <summary>One of 100 classes, such as maple_tree.</summary>
    Fine,

    /// <summary>One of the 20 groups of five classes, such as trees.</summary>
    Coarse,
}
