using System.Buffers;
using System.Numerics.Tensors;
using Microsoft.ML.Data;
using Microsoft.ML.Snip.Engines.Managed;
using Microsoft.ML.Snip.Engines.Torch.UserModules;
using Microsoft.ML.Snip.Formats.Files;
using Microsoft.ML.Snip.Formats.Model;

namespace Microsoft.ML.Snip;

/// <summary>
/// Predicts with a trained model, without data views: for apps that have one image, or many, in hand. Immutable, and safe for any number of
/// threads at once. Predicting from spans allocates nothing once as many threads have predicted before, and survives trimming and native
/// ahead-of-time compilation. The exception are models of modules that only TorchSharp can run (see <see cref="SnipModules"/>): they take
/// one call at a time, and all that TorchSharp needs.
/// </summary>
public sealed class SnipPredictor
{
    /// <summary>Images that are normalised at once, so that they stay in the cache until they are read.</summary>
    private const int ImagesAtOnce = 64;

    private readonly SnipModel _model;
    private readonly INetworkExecutor _executor;

    internal SnipPredictor(SnipModel model, INetworkExecutor executor)
    {
        _model = model;
        _executor = executor;
        ClassNames = model.Classes.Names;
    }

    /// <summary>The shape of the images it takes.</summary>
    public ImageShape ImageShape => _model.Network.Definition.InputShape;

    /// <summary>The classes as text, in the order of the scores.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>
    /// The mean of each channel's pixels in the training set, as <see cref="Predict(ReadOnlySpan{float})"/> takes pixels. A predictor has
    /// no log to warn in: whoever is not sure of the range of its pixels compares them with this and <see cref="PixelDeviations"/>.
    /// </summary>
    public IReadOnlyList<float> PixelMeans => _model.Normalization.Mean;

    /// <summary>The standard deviation of each channel's pixels in the training set; 1 for a channel that was constant.</summary>
    public IReadOnlyList<float> PixelDeviations => [.. _model.Normalization.Scale.Select(scale => 1 / scale)];

    /// <summary>What pruning kept of the network, layer by layer and in all.</summary>
    public PruningReport Report => _model.Report;

    /// <summary>
    /// Loads a model: a file written by <see cref="PrunedImageClassificationTransformer.SaveModelFile"/>, or a zip written by
    /// <c>mlContext.Model.Save</c> in which one transformer is a pruned image classifier.
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

    /// <summary>Loads a model, in either form, from a stream, which is left open. One that cannot seek is read into memory first.</summary>
    /// <param name="stream">The model, from the stream's position to its end.</param>
    /// <exception cref="FormatException">The stream does not hold such a model, or is damaged.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model needs a module that is not registered; see <see cref="SnipModules.Register"/>.
    /// </exception>
    public static SnipPredictor Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return Read(stream, "The stream's model");
    }

    /// <summary>Predicts one image of any size; it is resized and made grey or coloured as the model takes it.</summary>
    /// <param name="image">The image; it is not disposed.</param>
    /// <exception cref="ArgumentNullException"><paramref name="image"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The model gives scores that are not finite numbers.</exception>
    public SnipPrediction Predict(MLImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var pixels = new float[ImageShape.Count];
        _model.Images.Read(image, _model.Normalization, pixels);
        return PredictNormalized(pixels);
    }

    /// <summary>
    /// Predicts one image from the bytes of its file (PNG, JPEG, WebP, GIF, BMP, ICO); it is turned upright, resized, and made grey or
    /// coloured as the model takes it.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="FormatException">The bytes are not an image.</exception>
    /// <exception cref="InvalidOperationException">The model gives scores that are not finite numbers.</exception>
    public SnipPrediction PredictFile(ReadOnlySpan<byte> file)
    {
        var pixels = new float[ImageShape.Count];
        return _model.Images.TryDecode(file, _model.Normalization, pixels, out _) is { } fault
            ? throw new FormatException($"The {file.Length} bytes {fault}.")
            : PredictNormalized(pixels);
    }

    /// <summary>Predicts one image.</summary>
    /// <param name="pixels">
    /// Its raw values as the model was trained on them (0 to 255 if it was trained on images or bytes), channel by channel, row by row; as
    /// many as <see cref="ImageShape"/> has.
    /// </param>
    /// <exception cref="ArgumentException">There are more or fewer values, or one is not a finite number.</exception>
    /// <exception cref="InvalidOperationException">The model gives scores that are not finite numbers.</exception>
    public SnipPrediction Predict(ReadOnlySpan<float> pixels)
    {
        var scores = new float[ClassNames.Count];
        Predict(pixels, 1, scores);
        return MostProbable(scores);
    }

    /// <summary>Predicts any number of images at once, which is faster than one by one.</summary>
    /// <param name="pixels">The images one behind the other, each as <see cref="Predict(ReadOnlySpan{float})"/> takes it.</param>
    /// <param name="count">How many images.</param>
    /// <param name="scores">Receives the probability of each class for each image: count x classes values.</param>
    /// <exception cref="ArgumentException">A span has another length than the count says, or a value is not a finite number.</exception>
    /// <exception cref="InvalidOperationException">The model gives scores that are not finite numbers.</exception>
    public void Predict(ReadOnlySpan<float> pixels, int count, Span<float> scores)
    {
        int size = ImageShape.Count, classes = ClassNames.Count;
        if (count < 0 || pixels.Length != (long)count * size || scores.Length != (long)count * classes)
        {
            throw new ArgumentException(
                $"{count} images of {ImageShape} in {classes} classes take {(long)count * size} values and give {(long)count * classes} "
                + "scores, "
                + $"not {pixels.Length} and {scores.Length}.");
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
