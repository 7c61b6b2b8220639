using QuantPS.Data;

namespace QuantPS.Benchmarks.Training;

/// <summary>A language model and how it is trained. The seed is given apart.</summary>
/// <param name="Name">The name to show.</param>
/// <param name="Unit">What a token is.</param>
/// <param name="EmbeddingSize">The features of a token.</param>
/// <param name="HiddenSize">The features of a state.</param>
/// <param name="Layers">The layers of the LSTM.</param>
/// <param name="Dropout">The share of elements that training sets to zero, of embeddings, between layers and before the decoder.</param>
/// <param name="BatchSize">The number of parts that the text is read in side by side.</param>
/// <param name="Length">The number of tokens between two steps of the optimizer.</param>
/// <param name="Epochs">How often the text is read.</param>
/// <param name="LearningRate">Of Adam; a quarter of it in the last epoch.</param>
internal sealed record LanguageModelSettings(
    string Name, TokenUnit Unit, int EmbeddingSize, int HiddenSize, int Layers, double Dropout, int BatchSize, int Length, int Epochs, double LearningRate)
{
    /// <summary>The word-language model of PyTorch's examples with its default sizes.</summary>
    public static LanguageModelSettings Word { get; } = new("word LSTM", TokenUnit.Word, 200, 200, 2, 0.2, 20, 35, 3, 0.002);

    /// <summary>A model of characters.</summary>
    public static LanguageModelSettings Character { get; } = new("character LSTM", TokenUnit.Character, 64, 256, 1, 0.1, 32, 64, 2, 0.004);
}
