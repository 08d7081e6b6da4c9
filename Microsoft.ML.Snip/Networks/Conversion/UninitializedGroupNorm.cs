using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Snip.Networks.Conversion;

/// <summary>
/// Finds group norms that nobody initialised: TorchSharp 0.107 leaves the weight and the bias of a new <see cref="GroupNorm"/> as the
/// memory was, where PyTorch sets them to 1 and 0. Most of what memory holds is no plausible weight; zeros are let pass, as some networks
/// start so.
/// </summary>
internal static class UninitializedGroupNorm
{
    /// <summary>No trained norm has a weight or bias as large as this.</summary>
    private const float Implausible = 1e6f;

    /// <summary>What is wrong, as a sentence; null if nothing is.</summary>
    public static string? FindIn(nn.Module root)
    {
        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, nn.Module module) in root.named_modules().Prepend((string.Empty, root)))
        {
            if (module is GroupNorm norm && norm.parameters().SelectMany(Read).FirstOrDefault(IsImplausible) is not 0 and var value)
            {
                return FormattableString.Invariant($"The GroupNorm '{name}' is not initialised: a weight or bias is {value}. ")
                    + "TorchSharp leaves both as the memory was; set them where the module is made, by nn.init.ones_(norm.weight) and "
                    + "nn.init.zeros_(norm.bias).";
            }
        }

        return null;
    }

    private static float[] Read(Parameter parameter) => parameter.detach().to(float32).cpu().contiguous().data<float>().ToArray();

    private static bool IsImplausible(float value) => !float.IsFinite(value) || float.IsSubnormal(value) || Math.Abs(value) > Implausible;
}
