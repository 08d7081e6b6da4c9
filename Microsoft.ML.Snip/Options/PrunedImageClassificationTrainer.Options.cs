using System.Text.Json.Serialization;
using Microsoft.ML.SearchSpace;

namespace Microsoft.ML.Snip;

public sealed partial class PrunedImageClassificationTrainer
{
    /// <summary>
    /// Every setting of the trainer. Settings with a range or a choice can be swept by Microsoft.ML.AutoML as they are; those that cannot
    /// be written as JSON (data views, callbacks) are to be set where the swept options are turned into a trainer.
    /// </summary>
    public sealed partial class Options
    {
        /// <summary>The label: a key column. Default: Label.</summary>
        public string LabelColumnName { get; set; } = "Label";

        /// <summary>
        /// The images: an image column; or a vector of float, or of byte with a known size, that holds pixels channel by channel, row by
        /// row; or a vector of byte of unknown size that holds an encoded image. Default: Image.
        /// </summary>
        public string ImageColumnName { get; set; } = "Image";

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
        /// A custom network, or null for <see cref="Architecture"/>. Its input shape is the images' shape; its outputs must be as
        /// many as the classes.
        /// </summary>
        public NetworkDefinition? Network { get; set; }

        /// <summary>
        /// Makes a custom TorchSharp module from the images' shape and the number of classes, to use instead of a built-in network;
        /// or null. It is called several times in a fit and gives a new module each time, which the library disposes of; the module takes
        /// [batch, channels, height, width], gives logits [batch, classes], and is scored, masked and trained as it is. A Sequential that
        /// <see cref="NetworkDefinition.FromModule"/> converts is converted, its weights too, and predicts like any other network. Any
        /// other module predicts through TorchSharp: the model stores its weights and <see cref="ModuleName"/>, under which a program that
        /// loads the model registers the same factory first (<see cref="SnipModules.Register"/>).
        /// </summary>
        [JsonIgnore]
        public ModuleFactory? ModuleFactory { get; set; }

        /// <summary>
        /// What model files call the module of <see cref="ModuleFactory"/>: 1 to 100 letters, digits, '_', '-' and '.'; needed if it cannot
        /// be converted. Without a ModuleFactory it stands for the one registered under it, which allows for options that are written as
        /// JSON.
        /// </summary>
        public string? ModuleName { get; set; }

        /// <summary>
        /// Values to start from instead of random ones, such as those of a trained TorchSharp module, or null. The network must have each
        /// parameter that it names; the parameters that it does not name start from random values.
        /// </summary>
        [JsonIgnore]
        public NetworkWeights? InitialWeights { get; set; }

        /// <summary>
        /// The shape to which images are resized and converted, or null to take it from the image column's type. If that does not tell the
        /// size of images, null stands for the size of the first: as it is if no side is longer than 64 pixels, else with the longer side
        /// 64 and the other in proportion, rounded to a multiple of 8; in grey if all images are grey, else in colour. The log says what
        /// was chosen. Vectors of pixels are not resized: they must have as many numbers, channel by channel, row by row.
        /// </summary>
        public ImageShape? ImageShape { get; set; }

        /// <summary>
        /// The colour on which images with transparent parts are laid, as red, green and blue in hexadecimal digits; stored with the model,
        /// so that it predicts on the same ground. Default: #FFFFFF, white.
        /// </summary>
        public string Background { get; set; } = "#FFFFFF";

        /// <summary>
        /// What happens to rows whose image cannot be read: a damaged file, a missing one, a pixel that is no number. Default: Fail.
        /// </summary>
        public InvalidImages InvalidImages { get; set; } = InvalidImages.Fail;

        /// <summary>The share of connections to cut, in [0, 1); 0 trains the dense network. Default: 0.95.</summary>
        [Range(0.8, 0.99, 0.95, false)]
        public double Sparsity { get; set; } = 0.95;

        /// <summary>
        /// Layers that are never pruned, by name: <c>conv1</c>, or <c>lstm1.weight_hh_l0</c> for one of a layer's parameters, where *
        /// stands for any characters and ? for one. They are kept whole, and <see cref="Sparsity"/> is a share of the other connections.
        /// Default: none.
        /// </summary>
        public string[] Exclude { get; set; } = [];

        /// <summary>
        /// Layers with a sparsity of their own, by name as in <see cref="Exclude"/>; the first entry that fits a layer counts. The
        /// connections of all layers that an entry fits compete among themselves, and <see cref="Sparsity"/> is a share of the other
        /// connections. Default: none.
        /// </summary>
        public LayerSparsity[] LayerSparsities { get; set; } = [];

        /// <summary>What a connection's score is; null for connection sensitivity, the SNIP paper's criterion.</summary>
        [JsonIgnore]
        public IPruningCriterion? Criterion { get; set; }

        /// <summary>
        /// How many training examples, drawn at random, the scores are taken over; at least 1, all of them if there are fewer. Null for ten
        /// of each class, at least 100: the paper's 100 for ten classes, for which more measured no better. With 300 classes, 100 leave out
        /// most of them. Default: null.
        /// </summary>
        public int? ScoringSampleCount { get; set; }

        /// <summary>
        /// Whether biases compete with weights, as in the authors' code; initial biases are 0, and so are their scores, so this cuts them
        /// all. Default: false.
        /// </summary>
        public bool PruneBiases { get; set; }

        /// <summary>
        /// Whether to draw new initial weights after scoring, as in the authors' code; keeping the scored ones measured better. Default:
        /// false.
        /// </summary>
        public bool RedrawWeights { get; set; }

        /// <summary>Passes over the training set, from 1 to 10,000. Default: 20.</summary>
        [Range(5, 60, 20, true)]
        public int Epochs { get; set; } = 20;

        /// <summary>
        /// Examples in a training step, at least 1; the last step of an epoch takes what is left, a single one left over with the step
        /// before. Default: 100.
        /// </summary>
        [Range(32, 256, 100, true)]
        public int BatchSize { get; set; } = 100;

        /// <summary>
        /// How gradients become steps, or null for what suits the kind of network: Adam for recurrent networks, stochastic gradient descent
        /// for others.
        /// </summary>
        [Choice(TrainingOptimizer.Sgd, TrainingOptimizer.Adam)]
        public TrainingOptimizer? Optimizer { get; set; }

        /// <summary>
        /// The learning rate the schedule starts from, above 0, or null for one that suits the kind of network, the sparsity, the number of
        /// classes and the optimizer: without batch norm, sparse networks want a higher one than dense ones, and many classes want a higher
        /// one than ten.
        /// </summary>
        [Range(0.01, 0.3, 0.1, true)]
        public double? LearningRate { get; set; }

        /// <summary>Momentum of stochastic gradient descent, or Adam's beta 1, in [0, 1). Default: 0.9.</summary>
        public double Momentum { get; set; } = 0.9;

        /// <summary>
        /// Weight decay on all trained parameters, at least 0, or null for one that suits the kind of network and the sparsity.
        /// </summary>
        public double? WeightDecay { get; set; }

        /// <summary>How the learning rate changes. Default: half a cosine to 0.</summary>
        [Choice(LearningRateSchedule.Cosine, LearningRateSchedule.Step)]
        public LearningRateSchedule LearningRateSchedule { get; set; } = LearningRateSchedule.Cosine;

        /// <summary>
        /// The share of each parameter's kept connections that each mask update drops and grows at first, in [0, 1); 0 keeps the mask that
        /// was chosen before, as in the SNIP paper. The smallest weights go and as many connections come at random (sparse evolutionary
        /// training, Mocanu et al., Nature Communications 2018); the share falls along half a cosine to 0 at nine tenths of the training
        /// (Evci et al., ICML 2020). Each parameter keeps as many connections as before; those that are kept whole stay. The report then
        /// tells of the connections kept in the end, which are no longer those that SNIP chose. On Fashion-MNIST 0.3 measured from 0.1
        /// points less to 1.7 points more accurate, the most at 99 % sparsity. Default: 0.
        /// </summary>
        public double DropFraction { get; set; }

        /// <summary>
        /// Training steps from one rewiring to the next, at least 1; trainings too short for one are not rewired, of which the log warns.
        /// Default: 50.
        /// </summary>
        public int MaskUpdateInterval { get; set; } = 50;

        /// <summary>How training images are shifted and mirrored at random, or null to train on them as they are.</summary>
        public Augmentation? Augmentation { get; set; }

        /// <summary>
        /// Rows to evaluate on after each epoch, or null; they are never trained on. They are to have gone through the steps of the
        /// pipeline that come before the trainer, so that their label column has the same keys. Not together with
        /// <see cref="ValidationFraction"/>.
        /// </summary>
        [JsonIgnore]
        public IDataView? ValidationSet { get; set; }

        /// <summary>
        /// The share of each class's training rows that is held out to evaluate on after each epoch, in [0, 1). Default: 0.
        /// </summary>
        public double ValidationFraction { get; set; }

        /// <summary>
        /// Torch's threads while training, from 1 to 1024, or null for a rule on the network's work per batch: 1 for small networks, else
        /// one a core. The number is logged. Another number of threads can change the last bits of the result.
        /// </summary>
        public int? Threads { get; set; }

        /// <summary>
        /// The seed of all that is random, or null for the MLContext's. The same seed, options and data give the same model, bit for bit.
        /// </summary>
        public int? Seed { get; set; }

        /// <summary>Told after every batch how far training has come, on the thread that trains; or null.</summary>
        [JsonIgnore]
        public IProgress<TrainingProgress>? Progress { get; set; }

        /// <summary>Cancels a fit between two batches; Microsoft.ML.AutoML does too when its time is up.</summary>
        [JsonIgnore]
        public CancellationToken CancellationToken { get; set; }
    }
}
