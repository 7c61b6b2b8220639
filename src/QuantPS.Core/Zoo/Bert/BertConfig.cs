using System.Collections.Immutable;

namespace QuantPS.Zoo;

/// <summary>The sizes of a BERT network, as the file <c>config.json</c> of Transformers has them. The defaults are those of BERT base.</summary>
public sealed record BertConfig
{
    /// <summary>The tokens of the vocabulary (<c>vocab_size</c>).</summary>
    public int VocabularySize { get; init; } = 30522;

    /// <summary>The features of a token (<c>hidden_size</c>).</summary>
    public int HiddenSize { get; init; } = 768;

    /// <summary>The number of encoder layers (<c>num_hidden_layers</c>).</summary>
    public int Layers { get; init; } = 12;

    /// <summary>The heads of each attention (<c>num_attention_heads</c>).</summary>
    public int Heads { get; init; } = 12;

    /// <summary>The features within a feed-forward block (<c>intermediate_size</c>).</summary>
    public int IntermediateSize { get; init; } = 3072;

    /// <summary>The most tokens of a sequence (<c>max_position_embeddings</c>).</summary>
    public int MaxLength { get; init; } = 512;

    /// <summary>The segments that tokens can belong to (<c>type_vocab_size</c>).</summary>
    public int TypeCount { get; init; } = 2;

    /// <summary>The function within a feed-forward block (<c>hidden_act</c>): <c>gelu</c>, <c>gelu_new</c> (its approximation by tanh) or <c>relu</c>.</summary>
    public string Activation { get; init; } = "gelu";

    /// <summary>What layer norms add to the variance (<c>layer_norm_eps</c>).</summary>
    public float Epsilon { get; init; } = 1e-12f;

    /// <summary>The names of the classes by index (<c>id2label</c>); empty where they are not known.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>The problem with the sizes, as the rest of a sentence; null where there is none.</summary>
    internal string? Fault =>
        new[] { VocabularySize, HiddenSize, Layers, Heads, IntermediateSize, MaxLength, TypeCount }.Any(size => size is < 1 or > 1 << 24) ? "a size is below 1 or beyond all measure"
        : Layers > 1024 ? $"{Layers} layers are beyond all measure"
        : HiddenSize % Heads != 0 ? $"{HiddenSize} features cannot be cut into {Heads} heads"
        : Activation is not ("gelu" or "gelu_new" or "gelu_pytorch_tanh" or "relu") ? $"the activation '{Activation}' is not known; there are gelu, gelu_new and relu"
        : !(Epsilon > 0) ? $"the epsilon of layer norms is {Epsilon}"
        : null;
}
