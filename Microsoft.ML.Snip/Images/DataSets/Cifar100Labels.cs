namespace Microsoft.ML.Snip;

/// <summary>Which of the two labels that each image of CIFAR-100 has.</summary>
public enum Cifar100Labels
{
    /// <summary>One of 100 classes, such as maple_tree.</summary>
    Fine,

    /// <summary>One of the 20 groups of five classes, such as trees.</summary>
    Coarse,
}
