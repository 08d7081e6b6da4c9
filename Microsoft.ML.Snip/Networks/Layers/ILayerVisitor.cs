namespace Microsoft.ML.Snip.Networks.Layers;

/// <summary>
/// A visitor of layers, with a method for each kind. A new kind of layer needs a new method here; the compiler then reports every visitor
/// that does not support it yet.
/// </summary>
/// <typeparam name="TResult">The result for a layer.</typeparam>
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
