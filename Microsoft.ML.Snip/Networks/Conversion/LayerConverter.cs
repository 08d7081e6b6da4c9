using Microsoft.ML.Snip.Networks.Layers;
using TorchSharp;
using L = Microsoft.ML.Snip.Networks.Layers;
using M = TorchSharp.Modules;
using Padding = TorchSharp.Padding;

namespace Microsoft.ML.Snip.Networks.Conversion;

/// <summary>Converts a TorchSharp module to the layer that computes the same.</summary>
internal static class LayerConverter
{
    /// <summary>The types of modules that can be converted.</summary>
    public const string Known =
        "Linear, Conv2d, BatchNorm1d, BatchNorm2d, GroupNorm, LayerNorm, ReLU, LeakyReLU, ReLU6, SiLU, Hardswish, Sigmoid, Tanh, GELU, "
        + "MaxPool2d, AvgPool2d, AdaptiveAvgPool2d, Flatten, Dropout, Dropout2d, Identity and Sequential";

    /// <summary>
    /// The momentum of the running statistics in training: TorchSharp's default, and the only value that <see cref="L.BatchNorm"/>
    /// supports.
    /// </summary>
    private const double RunningMomentum = 0.1;

    /// <param name="entry">The module.</param>
    /// <param name="input">The name of the previous layer.</param>
    /// <param name="shape">The output shape of that layer; null if it is not known because an earlier module cannot be converted.</param>
    /// <returns>The layer; null for a module that does nothing.</returns>
    /// <exception cref="UnsupportedModuleException">No layer computes the same.</exception>
    public static Layer? ToLayer(SequentialEntry entry, string input, TensorShape? shape)
    {
        switch (entry.Module)
        {
            case M.Identity:
                return null;
            case M.Flatten flatten:
                entry.Require(
                    flatten.start_dim == 1 && flatten.end_dim == -1,
                    $"flattens from dimension {flatten.start_dim} to {flatten.end_dim}; only from 1 to -1 is supported");
                return shape is { Kind: TensorKind.Vector } ? null : new L.Flatten(entry.LayerName, input);
            case M.Linear linear:
                entry.Require(
                    shape is null or { Kind: TensorKind.Vector },
                    $"takes a vector of {linear.in_features}, but its input is a {shape}; add a Flatten before it");
                RequireChannels(entry, linear.in_features, shape);
                return new L.Linear(entry.LayerName, input, (int)linear.out_features, linear.bias is not null);
            case M.Conv2d convolution:
                return ToLayer(entry, convolution, input, shape);
            case M.BatchNorm1d norm:
                RequireKind(entry, TensorKind.Vector, shape);
                return ToLayer(entry, norm, input, shape);
            case M.BatchNorm2d norm:
                RequireKind(entry, TensorKind.Map, shape);
                return ToLayer(entry, norm, input, shape);
            case M.GroupNorm norm:
                entry.Require(norm.affine, "has no gamma and beta (affine), which are required");
                RequireChannels(entry, norm.weight.shape[0], shape);
                return new L.GroupNorm(entry.LayerName, input, (int)norm.num_groups, norm.eps);
            case M.LayerNorm norm:
                entry.Require(norm.elementwise_affine, "has no gamma and beta (elementwise_affine), which are required");
                entry.Require(
                    norm.normalized_shape.Length == 1,
                    $"normalises over {Text(norm.normalized_shape)}; only over the elements of a vector is supported");
                RequireKind(entry, TensorKind.Vector, shape);
                RequireChannels(entry, norm.normalized_shape[0], shape);
                return new L.LayerNorm(entry.LayerName, input, norm.eps);
            case M.ReLU:
                return new L.ReLU(entry.LayerName, input);
            case M.LeakyReLU leaky:
                return Activation(L.ActivationFunction.LeakyReLU, leaky.negative_slope);
            case M.ReLU6:
                return Activation(L.ActivationFunction.ReLU6);
            case M.SiLU:
                return Activation(L.ActivationFunction.SiLU);
            case M.Hardswish:
                return Activation(L.ActivationFunction.Hardswish);
            case M.Sigmoid:
                return Activation(L.ActivationFunction.Sigmoid);
            case M.Tanh:
                return Activation(L.ActivationFunction.Tanh);
            case M.GELU:
                return Activation(L.ActivationFunction.GELU);
            case M.Dropout dropout:
                return new L.Dropout(entry.LayerName, input, dropout.p);
            case M.Dropout2d dropout:
                RequireKind(entry, TensorKind.Map, shape);
                return new L.Dropout2d(entry.LayerName, input, dropout.p);
            case M.MaxPool2d pool:
                RequireOne(entry, pool.dilation, "dilation");
                return new L.MaxPool(
                    entry.LayerName, input, Square(entry, pool.kernel_size, "kernel size"), StrideOf(entry, pool.stride, pool.kernel_size),
                    Square(entry, pool.padding, "padding"), pool.ceil_mode);
            case M.AvgPool2d pool:
                RequireNo(entry, pool.ceil_mode, "ceil_mode");
                entry.Require(
                    pool.padding is null || Array.TrueForAll(pool.padding, size => size == 0),
                    "has a padding, which is not supported");
                entry.Require(pool.divisor_override is null, "has a divisor_override, which is not supported");
                return new L.AvgPool(
                    entry.LayerName, input, Square(entry, pool.kernel_size, "kernel size"), StrideOf(entry, pool.stride, pool.kernel_size));
            case M.AdaptiveAvgPool2d pool:
                return ToLayer(entry, pool, input, shape);
            default:
                throw new UnsupportedModuleException($"{entry.Description} cannot be converted: no layer computes the "
                    + "same.") { IsUnknownType = true };
        }

        L.Activation Activation(L.ActivationFunction function, double slope = 0.01) => new(entry.LayerName, input, function, slope);
    }

    private static L.Conv2d ToLayer(SequentialEntry entry, M.Conv2d convolution, string input, TensorShape? shape)
    {
        entry.Require(convolution.padding_mode == PaddingModes.Zeros, $"pads with {convolution.padding_mode}; only zeros are supported");
        RequireChannels(entry, convolution.in_channels, shape);
        (int height, int width) = Pair(convolution.kernel_size);
        return new L.Conv2d(
            entry.LayerName, input, (int)convolution.out_channels, height, width, Square(entry, convolution.stride, "stride"),
            PaddingOf(convolution, height, width), convolution.bias is not null, (int)convolution.groups,
            Square(entry, convolution.dilation ?? [1], "dilation"));
    }

    /// <summary>
    /// 'Same' adds dilation * (kernel - 1) zeros around the map in each direction, an odd one below and to the right; 'valid' adds none.
    /// </summary>
    private static L.Padding PaddingOf(M.Conv2d convolution, int height, int width)
    {
        switch (convolution.padding_type)
        {
            case Padding.Same:
                int dilation = (int)(convolution.dilation ?? [1])[0], down = dilation * (height - 1), across = dilation * (width - 1);
                return new L.Padding(down / 2, down - (down / 2), across / 2, across - (across / 2));
            case Padding.Valid:
                return default;
            default:
                (int vertical, int horizontal) = Pair(convolution.padding ?? [0]);
                return new L.Padding(vertical, vertical, horizontal, horizontal);
        }
    }

    private static L.BatchNorm ToLayer(SequentialEntry entry, M.NormBase norm, string input, TensorShape? shape)
    {
        entry.Require(
            norm.affine && norm.track_running_stats,
            "has no gamma and beta (affine) or no running statistics (track_running_stats), which are required");
        entry.Require(
            norm.momentum == RunningMomentum,
            FormattableString.Invariant($"has a momentum of {norm.momentum}; only {RunningMomentum} is supported"));
        RequireChannels(entry, norm.num_features, shape);
        return new L.BatchNorm(entry.LayerName, input, norm.eps);
    }

    /// <summary>
    /// Pooling to one position is global average pooling; pooling to several is average pooling if they divide the map evenly.
    /// </summary>
    private static Layer? ToLayer(SequentialEntry entry, M.AdaptiveAvgPool2d pool, string input, TensorShape? shape)
    {
        RequireKind(entry, TensorKind.Map, shape);
        (int height, int width) = Pair(pool.output_size);
        if (shape is not { } map || (height == 1 && width == 1))
        {
            return new L.GlobalAveragePool(entry.LayerName, input);
        }

        bool dividesEvenly = height > 0
            && width > 0
            && map.Height % height == 0
            && map.Width % width == 0
            && map.Height / height == map.Width / width;
        entry.Require(
            dividesEvenly,
            $"pools a {map} to {height}x{width}; only 1x1, or sizes that divide the map into equal squares, are supported");
        int size = map.Height / height;
        return size == 1 ? null : new L.AvgPool(entry.LayerName, input, size, size);
    }

    private static void RequireKind(SequentialEntry entry, TensorKind kind, TensorShape? shape) =>
        entry.Require(shape is null || shape.Value.Kind == kind, $"takes a {kind.ToString().ToLowerInvariant()}, but its input is a "
            + $"{shape}");

    private static void RequireChannels(SequentialEntry entry, long expected, TensorShape? shape) =>
        entry.Require(shape is null || expected == shape.Value.Channels, $"takes {expected} inputs, but its input is a {shape}");

    private static void RequireNo(SequentialEntry entry, bool setting, string name) =>
        entry.Require(!setting, $"has {name} set, which is not supported");

    private static void RequireOne(SequentialEntry entry, long[]? sizes, string name) => entry.Require(
        sizes is null || Array.TrueForAll(sizes, size => size == 1), $"has a {name} of {Text(sizes)}; only 1 is supported");

    private static int StrideOf(SequentialEntry entry, long[]? stride, long[] kernel) => Square(entry, stride ?? kernel, "stride");

    private static int Square(SequentialEntry entry, long[]? sizes, string name)
    {
        (int height, int width) = Pair(sizes ?? [0]);
        entry.Require(height == width, $"has a {name} of {Text(sizes)}; both values must be equal");
        return height;
    }

    private static (int Height, int Width) Pair(long[] sizes) => checked(((int)sizes[0], (int)sizes[^1]));

    private static string Text(long[]? sizes) => string.Join('x', sizes ?? []);
}
