using Microsoft.ML.Snip.Engines.Managed.Execution;
using Microsoft.ML.Snip.Engines.Managed.Plans;
using Microsoft.ML.Snip.Engines.Managed.Training.Operators;
using Microsoft.ML.Snip.Engines.Managed.Training.Planning;
using Microsoft.ML.Snip.Engines.Managed.Training.Plans;
using Microsoft.ML.Snip.Sparse.Memory;
using Microsoft.ML.Snip.Sparse.Vectors;

namespace Microsoft.ML.Snip.Engines.Managed.Training.Execution;

/// <summary>
/// Runs the blocks of a batch forward and backward, on several threads where there is enough work. Without statistics of the batch, a block
/// runs all the way and its memory is used again; with them, all blocks of a batch are in memory at once and wait for each other at each of
/// them. Sums are made in the order of the blocks.
/// </summary>
/// <param name="plan">The operators.</param>
/// <param name="split">How a batch is split.</param>
/// <param name="loss">The loss.</param>
/// <param name="threads">The largest number of threads.</param>
internal sealed unsafe class BatchRunner<TSimd, TVector>(
    TrainingPlan plan, BatchSplit split, ClassificationLoss<TSimd, TVector> loss, int threads)
    : SharedWork
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private readonly Pool<BlockMemory> _memories = new(() => new BlockMemory(plan));
    private readonly BlockMemory?[] _memoryOfBlocks = new BlockMemory?[plan.Segments.Length > 1 ? split.MaxBlocks : 0];
    private readonly double[] _losses = new double[split.MaxBlocks];
    private readonly long[] _correct = new long[split.MaxBlocks];
    private readonly int[] _predicted = new int[split.MaxImages];
    private BatchReader<TSimd, TVector> _reader = null!;
    private NumberRange[] _inputRanges = [];
    private int _images;
    private double _weightSum;
    private long _step;
    private bool _learns;
    private int _segment;
    private bool _isForward;

    /// <summary>The class with the largest logit of each image of the last batch.</summary>
    public int[] Predicted => _predicted;

    private int BlockCount => split.CountBlocks(_images);

    /// <summary>Runs a batch.</summary>
    /// <param name="reader">Holds the images.</param>
    /// <param name="inputRanges">The values of an image that the network reads.</param>
    /// <param name="images">The number of images.</param>
    /// <param name="step">The number of the training step.</param>
    /// <param name="learns">Whether gradients are computed.</param>
    /// <returns>The mean of the losses, and the number of images that were classified correctly.</returns>
    public (double Loss, long Correct) Run(
        BatchReader<TSimd, TVector> reader, NumberRange[] inputRanges, int images, long step, bool learns)
    {
        (_reader, _inputRanges, _images, _step, _learns) = (reader, inputRanges, images, step, learns);
        _weightSum = loss.SumWeights(reader.Labels[..images], reader.Weights, learns);
        foreach (TrainingOperator operation in plan.Operators)
        {
            operation.Prepare(learns);
        }

        int last = plan.Segments.Length - 1;
        for (int segment = learns ? 0 : last; segment < last; segment++)
        {
            RunSegment(segment, isForward: true);
            plan.Segments[segment].End!.EndForward(BlockCount);
        }

        RunSegment(last, isForward: true);
        for (int segment = last - 1; learns && segment >= 0; segment--)
        {
            plan.Segments[segment].End!.EndBackward(BlockCount);
            RunSegment(segment, isForward: false);
        }

        double lossSum = 0;
        long correct = 0;
        for (int block = 0; block < BlockCount; block++)
        {
            lossSum += _losses[block];
            correct += _correct[block];
        }

        return (lossSum / _weightSum, correct);
    }

    protected override void RunPart(int part)
    {
        int blocks = BlockCount, parts = BatchSplit.CountParts(blocks);
        int end = BatchSplit.StartOf(part + 1, parts, blocks);
        for (int index = BatchSplit.StartOf(part, parts, blocks); index < end; index++)
        {
            bool keeps = _learns && _memoryOfBlocks.Length > 0;
            BlockMemory memory = keeps ? _memoryOfBlocks[index] ??= new BlockMemory(plan) : _memories.Rent();
            RunBlock(BlockAt(index, blocks, part, memory));
            if (!keeps)
            {
                _memories.Return(memory);
            }
        }
    }

    private void RunSegment(int segment, bool isForward)
    {
        (_segment, _isForward) = (segment, isForward);
        RunParts(BatchSplit.CountParts(BlockCount), threads - 1);
    }

    private TrainingBlock BlockAt(int index, int blocks, int part, BlockMemory memory)
    {
        int first = BatchSplit.StartOf(index, blocks, _images), images = BatchSplit.StartOf(index + 1, blocks, _images) - first;
        return new TrainingBlock
        {
            Index = index,
            First = first,
            Images = images,
            Lanes = split.LanesFor(images),
            Learns = _learns,
            Step = _step,
            Activations = memory.Activations,
            Scratch = memory.Scratch,
            ParameterGradients = plan.Parameters.Gradients[part].Pointer,
        };
    }

    /// <summary>
    /// Runs a block through a segment. To evaluate, it runs through all of them at once. The last segment computes the loss and, to learn,
    /// goes back through itself.
    /// </summary>
    private void RunBlock(in TrainingBlock block)
    {
        bool isLast = _segment == plan.Segments.Length - 1;
        if (_isForward)
        {
            int first = _learns ? _segment : 0;
            if (first == 0)
            {
                _reader.LayOut(block, plan.Input, _inputRanges);
            }

            for (int segment = first; segment <= _segment; segment++)
            {
                foreach (TrainingOperator operation in plan.Segments[segment].Operators)
                {
                    operation.Forward(block);
                }
            }
        }

        if (isLast)
        {
            (_losses[block.Index], _correct[block.Index]) = loss.Run(
                plan.Logits, block, _reader.Labels.Slice(block.First, block.Images), _reader.Weights[block.First..], _weightSum,
                _predicted.AsSpan(block.First, block.Images));
        }

        if (_learns && (isLast || !_isForward))
        {
            TrainingOperator[] operators = plan.Segments[_segment].Operators;
            for (int index = operators.Length - 1; index >= 0; index--)
            {
                if (operators[index].Output.Signal.IsTrained)
                {
                    operators[index].Backward(block);
                }
            }
        }
    }
}
