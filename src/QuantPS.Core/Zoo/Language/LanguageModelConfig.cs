using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>
/// The sizes of a recurrent network for words: those of the word-language model of the PyTorch tutorial on dynamic quantization where not
/// said otherwise. The number of words is that of the classes.
/// </summary>
public sealed record LanguageModelConfig
{
    /// <summary>The recurrent module: <c>LSTM</c>, <c>GRU</c>, <c>RNN_TANH</c> or <c>RNN_RELU</c>.</summary>
    public string Cell { get; init; } = "LSTM";

    /// <summary>The features of a word (<c>ninp</c>).</summary>
    public int EmbeddingSize { get; init; } = 512;

    /// <summary>The features of a hidden state (<c>nhid</c>).</summary>
    public int HiddenSize { get; init; } = 256;

    /// <summary>The recurrent layers (<c>nlayers</c>).</summary>
    public int Layers { get; init; } = 5;

    /// <summary>Whether the decoder has the weights of the embedding (<c>--tied</c>), for which both sizes are one.</summary>
    public bool Tied { get; init; }

    /// <summary>The steps of the sequences that it is compiled for where nothing else is said (<c>bptt</c>).</summary>
    public int Length { get; init; } = 35;

    /// <summary>The recurrent module, without its parameters.</summary>
    internal Recurrent Module(string path)
    {
        Recurrent module = Cell.ToUpperInvariant() switch
        {
            "LSTM" => new Lstm { Name = path, Inputs = [], HiddenSize = HiddenSize },
            "GRU" => new Gru { Name = path, Inputs = [], HiddenSize = HiddenSize },
            "RNN_RELU" => new Rnn { Name = path, Inputs = [], HiddenSize = HiddenSize, Relu = true },
            "RNN_TANH" => new Rnn { Name = path, Inputs = [], HiddenSize = HiddenSize },
            _ => throw new QuantPSException("ModelConfigUnreadable", $"There is no recurrent module '{Cell}'. There are: LSTM, GRU, RNN_TANH, RNN_RELU.", Cell),
        };
        return module with { Module = path, Layers = Layers };
    }

    /// <summary>The sizes that the shapes of a state dict show; of an RNN, tanh is taken, which they do not show.</summary>
    /// <param name="state">The state dict.</param>
    /// <param name="path">The path of the recurrent module.</param>
    /// <returns>Null where there is no such module.</returns>
    /// <exception cref="QuantPSException"><c>StateDictMismatch</c>: it has projections (<c>proj_size</c>), which are not supported.</exception>
    internal static LanguageModelConfig? Infer(StateDict state, string path)
    {
        if (!state.TryGetTensor($"{path}.weight_ih_l0", out Tensor? input) || !state.TryGetTensor($"{path}.weight_hh_l0", out Tensor? hidden)
            || input.Shape.Rank != 2 || hidden.Shape.Rank != 2 || hidden.Shape[1] == 0)
            return null;
        if (state.ContainsKey($"{path}.weight_hr_l0"))
            throw new QuantPSException("StateDictMismatch",
                $"'{path}' has projections of its hidden state (proj_size), which are not supported: train it without, or make the hidden size smaller.", path);
        int layers = 1;
        while (state.ContainsKey($"{path}.weight_ih_l{layers}")) layers++;
        string? cell = ((double)hidden.Shape[0] / hidden.Shape[1]) switch { 4 => "LSTM", 3 => "GRU", 1 => "RNN_TANH", _ => null };
        if (cell is null) return null;
        return new LanguageModelConfig
        {
            Cell = cell, EmbeddingSize = input.Shape[1], HiddenSize = hidden.Shape[1], Layers = layers,
            Tied = state.TryGetTensor("encoder.weight", out Tensor? encoder) && state.TryGetTensor("decoder.weight", out Tensor? decoder) && ReferenceEquals(encoder, decoder),
        };
    }
}
