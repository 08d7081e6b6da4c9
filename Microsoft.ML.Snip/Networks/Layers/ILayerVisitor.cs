namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>
/// What one reader of a network makes of each kind of layer. A new kind is a new method here, and the compiler then names every reader that
/// does not know it yet.
/// </summary>
/// <typeparam name="TResult">What the reader makes of a layer.</typeparam>
internal interface ILayerVisitor<out TResult>
{
    TResult Visit(Conv2d layer);

    TResult Visit(Linear layer);

    TResult Visit(BatchNorm layer);

    TResult Visit(GroupNorm layer);

    TResult Visit(LayerNorm layer);

    TResult Visit(ReLU layer);

    TResult Visit(Activation layer);

    TResult Visit(MaxPool layer);

    TResult Visit(AvgPool layer);

    TResult Visit(GlobalAveragePool layer);

    TResult Visit(Flatten layer);

    TResult Visit(Dropout layer);

    TResult Visit(Dropout2d layer);

    TResult Visit(Add layer);

    TResult Visit(Multiply layer);

    TResult Visit(Concat layer);

    TResult Visit(RowsAsSequence layer);

    TResult Visit(Lstm layer);

    TResult Visit(Gru layer);

    TResult Visit(LastStep layer);

    TResult Visit(RegisteredModule layer);
}
