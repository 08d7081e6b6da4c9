using System.Text.Json.Serialization;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.Snip;

public sealed partial class PrunedImageClassificationTrainer
{
    /// <summary>
    /// The settings of the trainer. Microsoft.ML.AutoML can sweep settings with a range or a choice directly. Settings that cannot be
    /// written as JSON (data views, callbacks) must be set where the swept options are used to create a trainer.
    /// </summary>
    public sealed partial class Options
    {
        /// <summary>The label, a key column. Default: Label.</summary>
        public string LabelColumnName { get; set; } = "Label";

        /// <summary>
        /// The images: an image column; or a vector of float, or a vector of byte with a known size, with pixels channel by channel, row by
        /// row; or a vector of byte of unknown size with an encoded image. Default: Image.
        /// </summary>
        public string ImageColumnName { get; set; } = "Image";

        /// <summary>
        /// A column of Single that tells how much each row counts in training, at least 0; or null, where all count the same. A row with a
        /// weight of 2 counts as if it were there twice in its batch. Validation does not use it. Default: null.
        /// </summary>
        public string? ExampleWeightColumnName { get; set; }

        /// <summary>The output column with the most probable class, a key with the label's key values. Default: PredictedLabel.</summary>
        public string PredictedLabelColumnName { get; set; } = "PredictedLabel";

        /// <summary>The output column with the probability of each class; they sum to 1. Default: Score.</summary>
        public string ScoreColumnName { get; set; } = "Score";

        /// <summary>
        /// A built-in network; not used if <see cref="Network"/>, <see cref="ModuleFactory"/> or <see cref="ModuleName"/> is set. Default:
        /// LeNet5.
        /// </summary>
        public NetworkArchitecture Architecture { get; set; } = NetworkArchitecture.LeNet5;

        /// <summary>
        /// A custom network, or null for <see cref="Architecture"/>. Images are resized to its input shape; the number of its outputs must
        /// be the number of classes.
        /// </summary>
        public NetworkDefinition? Network { get; set; }

        /// <summary>
        /// Creates a custom TorchSharp module for the images' shape and the number of classes, to use instead of a built-in network; or
        /// null. It is called several times in a fit and must return a new module each time, which the library disposes. The module takes
        /// [batch, channels, height, width] and returns logits [batch, classes]. A Sequential that
        /// <see cref="NetworkDefinition.FromModule"/> supports is converted with its weights, and predicts like any other network. Any
        /// other module is scored, masked and trained directly, and predicts through TorchSharp: the model stores its weights and
        /// <see cref="ModuleName"/>, and a program must register the same factory under this name before it loads the model
        /// (<see cref="SnipModules.Register"/>).
        /// </summary>
        [JsonIgnore]
        public ModuleFactory? ModuleFactory { get; set; }

        /// <summary>
        /// The name in model files of the module of <see cref="ModuleFactory"/>: 1 to 100 letters, digits, '_', '-' and '.'. It is required
        /// if the module cannot be converted. Without a ModuleFactory, the factory registered under this name is used, so that options can
        /// be written as JSON.
        /// </summary>
        public string? ModuleName { get; set; }

        /// <summary>
        /// Initial weights to use instead of random ones, such as those of a trained TorchSharp module; or null. The network must have all
        /// parameters that are named in it; other parameters start from random values.
        /// </summary>
        [JsonIgnore]
        public NetworkWeights? InitialWeights { get; set; }

        /// <summary>
        /// The shape to which images are resized and converted, or null to take it from the image column's type. If the type has no size,
        /// the shape is chosen from the first image: its size if no side is longer than 64 pixels, otherwise with 64 pixels for the longer
        /// side and a proportional shorter side, rounded to multiples of 8; in grey if all images are grey, otherwise in colour. The log
        /// reports the choice. Vectors of pixels are not resized: they must have the shape's number of values, channel by channel, row by
        /// row.
        /// </summary>
        public ImageShape? ImageShape { get; set; }

        /// <summary>
        /// The background colour on which images with transparent parts are drawn, as red, green and blue in hexadecimal digits. It is
        /// stored with the model and used for prediction too. Default: #FFFFFF, white.
        /// </summary>
        public string Background { get; set; } = "#FFFFFF";

        /// <summary>
        /// What happens to rows whose image cannot be read: a damaged or missing file, or a pixel that is not a finite number. Default:
        /// Fail.
        /// </summary>
        public InvalidImages InvalidImages { get; set; } = InvalidImages.Fail;

        /// <summary>The fraction of connections to prune, in [0, 1); 0 trains the dense network. Default: 0.95.</summary>
        [Range(0.8, 0.99, 0.95, false)]
        public double Sparsity { get; set; } = 0.95;

        /// <summary>
        /// Layers that are not pruned, by name: <c>conv1</c>, or <c>lstm1.weight_hh_l0</c> for one of a layer's parameters, where * stands
        /// for any characters and ? for one. They keep all connections, and <see cref="Sparsity"/> applies to the other connections.
        /// Default: none.
        /// </summary>
        public string[] Exclude { get; set; } = [];

        /// <summary>
        /// Individual sparsities for layers, by name as in <see cref="Exclude"/>; the first entry that matches a layer counts. The
        /// connections of all layers that match an entry compete with each other, and <see cref="Sparsity"/> applies to the other
        /// connections. Default: none.
        /// </summary>
        public LayerSparsity[] LayerSparsities { get; set; } = [];

        /// <summary>
        /// The connections to keep, instead of selecting them by scores; or null. Its parameters are those of the network, which are then
        /// not scored: Sparsity, LayerSparsities, Exclude, Criterion and ScoringSampleCount have no effect. See
        /// <c>PruningMask.FromModel</c>. Default: null.
        /// </summary>
        [JsonIgnore]
        public PruningMask? Mask { get; set; }

        /// <summary>The criterion that scores connections; null for connection sensitivity, the SNIP paper's criterion.</summary>
        [JsonIgnore]
        public IPruningCriterion? Criterion { get; set; }

        /// <summary>
        /// The number of training examples, drawn at random, on which connections are scored; at least 1, all examples if there are fewer.
        /// Null for 10 times the number of classes, at least 100. The SNIP paper uses 100 for ten classes; more gave no better results.
        /// With 300 classes, 100 examples contain no image of most classes. Default: null.
        /// </summary>
        public int? ScoringSampleCount { get; set; }

        /// <summary>
        /// Whether biases are pruned together with weights, as in the authors' code. Initial biases are 0, so their scores are 0 and all of
        /// them are pruned. Default: false.
        /// </summary>
        public bool PruneBiases { get; set; }

        /// <summary>
        /// Whether to draw new initial weights after scoring, as in the authors' code; keeping the scored weights gave better results.
        /// Default: false.
        /// </summary>
        public bool RedrawWeights { get; set; }

        /// <summary>The number of passes over the training set, from 1 to 10,000. Default: 20.</summary>
        [Range(5, 60, 20, true)]
        public int Epochs { get; set; } = 20;

        /// <summary>
        /// The number of examples in a training step, at least 1. The last step of an epoch takes the remaining examples; a single
        /// remaining example is added to the step before. Default: 100.
        /// </summary>
        [Range(32, 256, 100, true)]
        public int BatchSize { get; set; } = 100;

        /// <summary>
        /// The optimization algorithm, or null to choose it for the kind of network: Adam for recurrent networks, stochastic gradient
        /// descent for others.
        /// </summary>
        [Choice(TrainingOptimizer.Sgd, TrainingOptimizer.Adam)]
        public TrainingOptimizer? Optimizer { get; set; }

        /// <summary>
        /// The initial learning rate of the schedule, above 0; or null to choose it for the kind of network, the sparsity, the number of
        /// classes, the optimizer, and class and example weights: sparse networks without batch norm need a higher rate than dense ones,
        /// more than ten classes need a higher rate, and uneven weights a lower one.
        /// </summary>
        [Range(0.01, 0.3, 0.1, true)]
        public double? LearningRate { get; set; }

        /// <summary>Momentum of stochastic gradient descent, or Adam's beta 1, in [0, 1). Default: 0.9.</summary>
        public double Momentum { get; set; } = 0.9;

        /// <summary>
        /// The weight decay of all trained parameters, at least 0; or null to choose it for the kind of network and the sparsity.
        /// </summary>
        public double? WeightDecay { get; set; }

        /// <summary>
        /// Whether stochastic gradient descent uses Nesterov's momentum (Sutskever et al., ICML 2013): the step is taken along g + momentum
        /// * v instead of v, with g the gradient and v the momentum; Adam does not use it. Default: false.
        /// </summary>
        public bool Nesterov { get; set; }

        /// <summary>
        /// The largest Euclidean norm of the gradients of all kept connections together, above 0: longer gradients are scaled down to it
        /// (Pascanu et al., ICML 2013). Null for no limit. Default: null.
        /// </summary>
        public double? MaxGradientNorm { get; set; }

        /// <summary>
        /// Label smoothing (Szegedy et al., CVPR 2016, section 7), in [0, 1): the target probability of the right class is 1 - s, and s is
        /// spread evenly over all classes. Default: 0.
        /// </summary>
        public double LabelSmoothing { get; set; }

        /// <summary>
        /// How much each class counts in the training loss. <see cref="ClassWeighting.Balanced"/> makes rare classes count as much as
        /// frequent ones. Default: None.
        /// </summary>
        public ClassWeighting ClassWeighting { get; set; }

        /// <summary>
        /// How much given classes count in the training loss; the others count 1. Do not set it together with <see cref="ClassWeighting"/>.
        /// Default: none.
        /// </summary>
        public ClassWeight[] ClassWeights { get; set; } = [];

        /// <summary>How the learning rate changes. Default: along half a cosine to 0.</summary>
        [Choice(LearningRateSchedule.Cosine, LearningRateSchedule.Step)]
        public LearningRateSchedule LearningRateSchedule { get; set; } = LearningRateSchedule.Cosine;

        /// <summary>
        /// The number of epochs, whole or not, in which the learning rate rises in equal steps from 0 to that of the schedule (Goyal et
        /// al., 2017, section 2.2); at least 0. Default: 0.
        /// </summary>
        public double WarmUpEpochs { get; set; }

        /// <summary>
        /// The fraction of each parameter's kept connections that each mask update drops and grows at first, in [0, 1); 0 does not change
        /// the mask, as in the SNIP paper. The smallest weights are dropped and as many connections are grown at random (sparse
        /// evolutionary training, Mocanu et al., Nature Communications 2018). The fraction decreases along half a cosine to 0 at nine
        /// tenths of the training (Evci et al., ICML 2020). The number of kept connections of each parameter does not change; parameters
        /// that are not pruned are not affected. The report then describes the final mask, not the one that SNIP selected. On Fashion-MNIST
        /// a value of 0.3 changed the accuracy by -0.1 to +1.7 percentage points, with the largest gain at 99 % sparsity. Default: 0.
        /// </summary>
        public double DropFraction { get; set; }

        /// <summary>
        /// The number of training steps between mask updates, at least 1. If training is too short for one, the mask is not updated and the
        /// log warns of it. Default: 50.
        /// </summary>
        public int MaskUpdateInterval { get; set; } = 50;

        /// <summary>Random shifts and flips of training images; null for no augmentation.</summary>
        public Augmentation? Augmentation { get; set; }

        /// <summary>
        /// The memory for the decoded images of the training set, and as much for those of the <see cref="ValidationSet"/>, in units of
        /// 2^20 bytes, at least 1. An image needs a byte for each value, or four if its column is a vector of float. Images that need more
        /// are read and decoded again for each epoch, on a background thread: in a random order if the rows can be read in any order, as
        /// those of <see cref="SnipCatalog.LoadImageFolder"/>; otherwise in their own order, mixed in a buffer of this size. Default: 2048.
        /// </summary>
        public int CacheMegabytes { get; set; } = 2048;

        /// <summary>
        /// Rows to evaluate after each epoch, or null; they are never used for training. Transform them with the steps of the pipeline
        /// before the trainer, so that they have a label column of keys. Do not set it together with <see cref="ValidationFraction"/>.
        /// </summary>
        [JsonIgnore]
        public IDataView? ValidationSet { get; set; }

        /// <summary>
        /// The fraction of each class's training rows that is held out and evaluated after each epoch, in [0, 1). Default: 0.
        /// </summary>
        public double ValidationFraction { get; set; }

        /// <summary>
        /// Ends training when the validation set shows no gain any more, and gives the model the weights of the best epoch; needs
        /// <see cref="ValidationSet"/> or <see cref="ValidationFraction"/>. Null to train all epochs and take the last weights. Default:
        /// null.
        /// </summary>
        public EarlyStopping? EarlyStopping { get; set; }

        /// <summary>
        /// The longest time of training, above zero: training ends after the first step that exceeds it. The model has the weights of the
        /// best epoch so far with <see cref="EarlyStopping"/>, otherwise the last ones; the learning rate has then not gone all its way.
        /// Such a fit is not repeatable. Null for no limit. Default: null.
        /// </summary>
        public TimeSpan? MaxTrainingTime { get; set; }

        /// <summary>
        /// A file in which training is stored after every epoch, after <see cref="CheckpointInterval"/> inside one, and when it is
        /// cancelled; or null. A fit with the same options, network and data that finds the file goes on from it, with its seed if
        /// <see cref="Seed"/> is null, and gives the same model as one that was not interrupted, bit for bit. A checkpoint of another fit
        /// is refused. The file stays when the fit ends: fitted again, the model is there at once; delete the file to train anew. Whether
        /// the code of a custom criterion or module has changed cannot be told. Default: null.
        /// </summary>
        public string? CheckpointPath { get; set; }

        /// <summary>The longest time between two checkpoints inside an epoch, above zero. Default: ten minutes.</summary>
        public TimeSpan CheckpointInterval { get; set; } = TimeSpan.FromMinutes(10);

        /// <summary>
        /// How often training may restart after it has diverged, at least 0: it goes back to the end of the last epoch with a lower loss
        /// than all before, or to the start, and goes on with a quarter of the learning rate; the log says so. Default: 0, a training that
        /// diverges fails with an exception.
        /// </summary>
        public int DivergenceRestarts { get; set; }

        /// <summary>
        /// What computes the training steps. Both engines give the same results up to the rounding of sums. Default: Auto, the managed
        /// engine where it can train the network and is faster.
        /// </summary>
        public TrainingEngine TrainingEngine { get; set; }

        /// <summary>
        /// Where TorchSharp trains: Auto, Cpu or a GPU. The managed engine trains on the CPU only. A GPU that is missing is an error unless
        /// <c>MLContext.FallbackToCpu</c> is set. On a GPU a fit is not repeatable bit for bit. Default: Auto, the GPU of
        /// <c>MLContext.GpuDeviceId</c> if that is set, otherwise the CPU.
        /// </summary>
        public TrainingDevice Device { get; set; } = TrainingDevice.Auto;

        /// <summary>
        /// The number of threads during training, from 1 to 1024; or null to choose it by the work per batch: 1 for small networks,
        /// otherwise one for each core. With the managed engine the result does not depend on it; with TorchSharp a different number can
        /// change the last bits of the result.
        /// </summary>
        public int? Threads { get; set; }

        /// <summary>
        /// The seed of all random numbers, or null for the MLContext's seed. The same seed, options and data give the same model, bit for
        /// bit.
        /// </summary>
        public int? Seed { get; set; }

        /// <summary>Receives the progress after every batch, on the training thread; or null.</summary>
        [JsonIgnore]
        public IProgress<TrainingProgress>? Progress { get; set; }

        /// <summary>Cancels a fit between two batches; Microsoft.ML.AutoML also cancels it when its time is up.</summary>
        [JsonIgnore]
        public CancellationToken CancellationToken { get; set; }
    }
}
