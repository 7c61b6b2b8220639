using System.Collections.Immutable;

namespace QuantPS.Engine;

/// <summary>
/// A recurrent module as a whole, or one step of it. Inputs: x; where <see cref="HasInitialStates"/> says so, a value for each state; then the
/// parameters in the order of <see cref="ParameterNames"/>. A module takes x (batch, steps, features) and gives the hidden states of the last
/// layer (batch, steps, directions * hidden size), forward first; its states are (batch, layers * directions, hidden size), zero where not
/// given. A cell takes (batch, features) and gives (batch, hidden size), as its states are. <see cref="LastState"/> gives the last states.
/// </summary>
/// <remarks>
/// Weights are float32; float16, which are computed in float32; or int8 with a scale for the tensor or for each row. Those are dynamic as
/// PyTorch has it (aten/src/ATen/native/RNN.cpp): x is quantized once, over all steps of all samples; the hidden state anew at every step;
/// gates, states and biases are floats. A cell quantizes both.
/// </remarks>
public abstract record Recurrent : Node
{
    /// <summary>The features of a state.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>The number of layers, each on the output of the one before.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Whether each layer runs over the sequence backwards, too, and joins both.</summary>
    public bool Bidirectional { get; init; }

    /// <summary>Whether there are biases.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>Whether the inputs hold the states to begin with.</summary>
    public bool HasInitialStates { get; init; }

    /// <summary>Whether the module takes (batch, steps, features) in PyTorch; the graph always does. Files keep it.</summary>
    public bool BatchFirst { get; init; }

    /// <summary>The share of elements between layers that training sets to zero. Files keep it.</summary>
    public float Dropout { get; init; }

    /// <summary>With int8 weights: whether the codes of x and of the hidden state stay within 0..127.</summary>
    public bool ReduceRange { get; init; }

    /// <summary>The parts of a weight, each of <see cref="HiddenSize"/> rows: 4 for LSTM, 3 for GRU, 1 for RNN.</summary>
    public abstract int Gates { get; }

    /// <summary>The states: the hidden state, and for LSTM the cell state.</summary>
    public virtual int States => 1;

    /// <summary>Whether it is a single step.</summary>
    public virtual bool IsCell => false;

    /// <summary>1, or 2 where <see cref="Bidirectional"/>.</summary>
    public int Directions => Bidirectional ? 2 : 1;

    /// <inheritdoc/>
    public override int DataInputCount => HasInitialStates ? 1 + States : 1;

    /// <inheritdoc/>
    public override string Attributes =>
        $"hidden {HiddenSize}{(Layers > 1 ? $", {Layers} layers" : "")}{(Bidirectional ? ", bidirectional" : "")}{(HasBias ? "" : ", no bias")}";

    /// <summary>The inputs of a layer's direction that are its parameters: where the first is; there are 2, or 4 with biases.</summary>
    public int ParameterStart(int layer, int direction) => DataInputCount + (layer * Directions + direction) * (HasBias ? 4 : 2);

    /// <summary>The names of the parameters below the module, as PyTorch orders them: <c>weight_ih_l0</c>, <c>weight_hh_l0_reverse</c>, ...</summary>
    public ImmutableArray<string> ParameterNames => IsCell ? Names("")
        : [.. from layer in Enumerable.Range(0, Layers) from suffix in Bidirectional ? ["", "_reverse"] : new[] { "" } from name in Names($"_l{layer}{suffix}") select name];

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        Shape x = RequireRank(inputs, 0, IsCell ? 2 : 3);
        if (HiddenSize < 1 || Layers < 1 || (IsCell && (Layers > 1 || Bidirectional))) throw Fault($"cannot be: {Attributes}.");
        for (int i = 0; i < DataInputCount; i++)
            if (inputs[i].Element != ElementType.Float32) throw Fault($"{Operator} needs float32 inputs, and '{Inputs[i]}' is {inputs[i]}.");
        Shape state = IsCell ? [x[0], HiddenSize] : [x[0], Layers * Directions, HiddenSize];
        for (int i = 1; i < DataInputCount; i++)
            if (!inputs[i].Shape.Equals(state)) throw Fault($"the state '{Inputs[i]}' is {inputs[i].Shape} and must be {state}.");
        ImmutableArray<string> names = ParameterNames;
        if (inputs.Count != DataInputCount + names.Length)
            throw Fault($"needs {names.Length} parameters ({string.Join(", ", names)}) and has {inputs.Count - DataInputCount}.");
        for (int layer = 0; layer < Layers; layer++)
            for (int direction = 0; direction < Directions; direction++)
                RequireParameters(inputs, ParameterStart(layer, direction), layer == 0 ? x[x.Rank - 1] : Directions * HiddenSize);
        return TensorType.Float(x.With(x.Rank - 1, Directions * HiddenSize));
    }

    private void RequireParameters(IReadOnlyList<TensorType> inputs, int start, int features)
    {
        int rows = Gates * HiddenSize;
        Require(start, [rows, features], isWeight: true);
        Require(start + 1, [rows, HiddenSize], isWeight: true);
        if (inputs[start].Element != inputs[start + 1].Element) throw Fault($"'{Inputs[start]}' and '{Inputs[start + 1]}' differ in type.");
        for (int i = 2; HasBias && i < 4; i++) Require(start + i, [rows], isWeight: false);

        void Require(int index, Shape shape, bool isWeight)
        {
            TensorType type = inputs[index];
            bool fits = type.Element == ElementType.Float32 || (isWeight && (type.Element == ElementType.Float16 || type is
                { Element: ElementType.QInt8, Quantization.Axis: null or 0 }));
            if (!fits || !type.Shape.Equals(shape)) throw Fault($"'{Inputs[index]}' is {type} and must be {shape} in float32{(isWeight ? ", float16 or int8" : "")}.");
        }
    }

    private ImmutableArray<string> Names(string suffix) => HasBias
        ? ["weight_ih" + suffix, "weight_hh" + suffix, "bias_ih" + suffix, "bias_hh" + suffix]
        : ["weight_ih" + suffix, "weight_hh" + suffix];
}
