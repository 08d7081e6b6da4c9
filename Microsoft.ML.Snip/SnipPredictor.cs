using System.Buffers;
using System.Numerics.Tensors;
using Microsoft.ML.Data;
using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Torch.UserModules;
using Microsoft.ML.Snip.Formats.Files;
using Microsoft.ML.Snip.Formats.Model;

namespace Microsoft.ML.Snip;

/// <summary>
/// Predicts with a trained model, without data views. Immutable, and safe for concurrent use by any number of threads. Predicting from
/// spans allocates nothing if as many threads have predicted before. It works with trimming and native ahead-of-time compilation. The
/// exception is a model of a custom module that only TorchSharp can run (see <see cref="SnipModules"/>): it processes one call at a time,
/// and needs TorchSharp.
/// </summary>
public sealed class SnipPredictor
{
    /// <summary>The number of images that are normalised at once, few enough to stay in the cache until they are read.</summary>
    private const int ImagesAtOnce = 64;

    /// <summary>The largest value of <see cref="MaxThreads"/>.</summary>
    private const int LargestThreadCount = 1024;

    private readonly SnipModel _model;
    private readonly INetworkExecutor _executor;

    internal SnipPredictor(SnipModel model, INetworkExecutor executor)
    {
        _model = model;
        _executor = executor;
        ClassNames = model.Classes.Names;
    }

    /// <summary>The model.</summary>
    internal SnipModel Model => _model;

    /// <summary>The shape of the model's input images.</summary>
    public ImageShape ImageShape => _model.Network.Definition.InputShape;

    /// <summary>The classes as text, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>
    /// The mean of each channel's pixels in the training set, in the range that <see cref="Predict(ReadOnlySpan{float})"/> expects. A
    /// predictor has no log for warnings: compare your pixels with these means and <see cref="PixelDeviations"/> if you are not sure of
    /// their range.
    /// </summary>
    public IReadOnlyList<float> PixelMeans => _model.Normalization.Mean;

    /// <summary>The standard deviation of each channel's pixels in the training set; 1 for a constant channel.</summary>
    public IReadOnlyList<float> PixelDeviations => [.. _model.Normalization.Scale.Select(scale => 1 / scale)];

    /// <summary>
    /// The largest number of threads that one call of <see cref="Predict(ReadOnlySpan{float}, int, Span{float})"/> uses, including the
    /// caller's, from 1 to 1024; more than one is used only where there is enough work, which is in batches of larger networks. Another
    /// number can change the last bits of the scores. Custom modules use torch's number of threads instead. Default: 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is not from 1 to 1024.</exception>
    public int MaxThreads
    {
        get => _executor.MaxThreads;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, LargestThreadCount);
            _executor.MaxThreads = value;
        }
    }

    /// <summary>The connections that pruning kept, for each layer and in total.</summary>
    public PruningReport Report => _model.Report;

    /// <summary>
    /// Loads a model from a file: written by <see cref="PrunedImageClassificationTransformer.SaveModelFile"/>, or a zip written by
    /// <c>mlContext.Model.Save</c> with exactly one pruned image classifier.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="FormatException">The file is not such a model, or is damaged.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model needs a module that is not registered; see <see cref="SnipModules.Register"/>.
    /// </exception>
    public static SnipPredictor Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream file = File.OpenRead(path);
        return Read(file, $"The model file '{path}'");
    }

    /// <summary>
    /// Loads a model, in either format, from a stream, which is left open. A stream that cannot seek is read into memory first.
    /// </summary>
    /// <param name="stream">The model, from the stream's position to its end.</param>
    /// <exception cref="FormatException">The stream does not contain such a model, or is damaged.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model needs a module that is not registered; see <see cref="SnipModules.Register"/>.
    /// </exception>
    public static SnipPredictor Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Read(stream, "The stream's model");
    }

    /// <summary>Predicts one image of any size; it is resized and converted to grey or colour for the model.</summary>
    /// <param name="image">The image; it is not disposed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="image"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The model's scores are not finite numbers.</exception>
    public SnipPrediction Predict(MLImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var pixels = new float[ImageShape.Count];
        _model.Images.Read(image, _model.Normalization, pixels);
        return PredictNormalized(pixels);
    }

    /// <summary>
    /// Predicts one image from the bytes of its file (PNG, JPEG, WebP, GIF, BMP, ICO); it is turned upright, resized, and converted to grey
    /// or colour for the model.
    /// </summary>
    /// <param name="file">All bytes of the file.</param>
    /// <exception cref="FormatException">The bytes are not an image.</exception>
    /// <exception cref="InvalidOperationException">The model's scores are not finite numbers.</exception>
    public SnipPrediction PredictFile(ReadOnlySpan<byte> file)
    {
        var pixels = new float[ImageShape.Count];
        return _model.Images.TryDecode(file, _model.Normalization, pixels, out _) is { } fault
            ? throw new FormatException($"The {file.Length} bytes {fault}.")
            : PredictNormalized(pixels);
    }

    /// <summary>Predicts one image.</summary>
    /// <param name="pixels">
    /// The raw values of the image, in the range that the model was trained on (0 to 255 if it was trained on images or bytes), channel by
    /// channel, row by row. Their number must be that of <see cref="ImageShape"/>.
    /// </param>
    /// <exception cref="ArgumentException">The number of values is wrong, or a value is not a finite number.</exception>
    /// <exception cref="InvalidOperationException">The model's scores are not finite numbers.</exception>
    public SnipPrediction Predict(ReadOnlySpan<float> pixels)
    {
        var scores = new float[ClassNames.Count];
        Predict(pixels, 1, scores);
        return MostProbable(scores);
    }

    /// <summary>Predicts any number of images in one call, which is faster than one by one.</summary>
    /// <param name="pixels">
    /// The images, one after the other, each in the form that <see cref="Predict(ReadOnlySpan{float})"/> takes.
    /// </param>
    /// <param name="count">The number of images.</param>
    /// <param name="scores">Receives the probability of each class for each image: count x classes values.</param>
    /// <exception cref="ArgumentException">The length of a span does not match the count, or a value is not a finite number.</exception>
    /// <exception cref="InvalidOperationException">The model's scores are not finite numbers.</exception>
    public void Predict(ReadOnlySpan<float> pixels, int count, Span<float> scores)
    {
        int size = ImageShape.Count, classes = ClassNames.Count;
        if (count < 0 || pixels.Length != (long)count * size || scores.Length != (long)count * classes)
        {
            throw new ArgumentException(
                $"{count} images of {ImageShape} in {classes} classes need {(long)count * size} values and {(long)count * classes} scores, "
                + $"but the spans have {pixels.Length} and {scores.Length}.");
        }

        float[] normalized = ArrayPool<float>.Shared.Rent(Math.Min(count, ImagesAtOnce) * size);
        try
        {
            for (int start = 0; start < count; start += ImagesAtOnce)
            {
                int batch = Math.Min(count - start, ImagesAtOnce);
                for (int index = start; index < start + batch; index++)
                {
                    Normalize(pixels.Slice(index * size, size), index, normalized.AsSpan((index - start) * size, size));
                }

                Score(normalized.AsSpan(0, batch * size), start, batch, scores.Slice(start * classes, batch * classes));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(normalized);
        }
    }

    private SnipPrediction PredictNormalized(ReadOnlySpan<float> pixels)
    {
        var scores = new float[ClassNames.Count];
        Score(pixels, 0, 1, scores);
        return MostProbable(scores);
    }

    private void Normalize(ReadOnlySpan<float> pixels, int index, Span<float> normalized)
    {
        if (!_model.Normalization.Apply(pixels, normalized))
        {
            int pixel = 0;
            while (float.IsFinite(pixels[pixel]) && float.IsFinite(normalized[pixel]))
            {
                pixel++;
            }

            string expected = float.IsFinite(pixels[pixel])
                ? "too far outside the range that the model was trained on"
                : "pixels must be finite numbers";
            throw new ArgumentException(
                FormattableString.Invariant($"Pixel {pixel} of image {index} (counted from 0) is {pixels[pixel]}: {expected}."),
                nameof(pixels));
        }
    }

    private void Score(ReadOnlySpan<float> normalized, int first, int count, Span<float> scores)
    {
        _executor.Predict(normalized, count, scores);
        int finite = FiniteScores.CountLeading(scores, ClassNames.Count);
        if (finite < count)
        {
            scores.Clear();
            throw new InvalidOperationException(
                $"Image {first + finite} (counted from 0): {FiniteScores.Explain(_executor, ImageShape.Count, ClassNames.Count)}");
        }
    }

    private SnipPrediction MostProbable(float[] scores)
    {
        int best = TensorPrimitives.IndexOfMax(scores);
        return new SnipPrediction(ClassNames[best], best, scores) { ClassNames = ClassNames };
    }

    private static SnipPredictor Read(Stream stream, string name)
    {
        try
        {
            using MemoryStream? copy = stream.CanSeek ? null : SeekableCopy.Of(stream);
            Stream source = copy ?? stream;
            SnipModel model = ZippedModel.IsZip(source) ? ZippedModel.Read(source) : ModelFile.Read(source);
            return new SnipPredictor(model, ModuleRegistry.CreateExecutor(model.Network));
        }
        catch (FormatException exception)
        {
            throw new FormatException($"{name} cannot be loaded. {exception.Message}", exception);
        }
    }
}
