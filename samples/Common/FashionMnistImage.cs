using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace Samples.Common;

/// <summary>A row of <see cref="FashionMnist"/>.</summary>
public sealed class FashionMnistImage
{
    [ImageType(FashionMnist.Side, FashionMnist.Side)]
    public MLImage Image { get; set; } = null!;

    public string Label { get; set; } = string.Empty;
}
