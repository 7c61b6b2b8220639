using QuantPS.Data;

namespace QuantPS.Analysis;

/// <summary>How well a language model foretells a text.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Precision">What it holds its weights and activations in.</param>
/// <param name="Perplexity">The exponential of the loss: of how many equally likely tokens the next one seems to be chosen.</param>
/// <param name="Loss">The mean cross-entropy of the next token, in nats.</param>
/// <param name="Count">The number of tokens that were foretold.</param>
/// <param name="Unit">What a token is.</param>
/// <param name="UnknownCount">How many tokens of the text the vocabulary does not know.</param>
/// <param name="Data">The name of the text.</param>
public sealed record PerplexityReport(
    string Name, ModelPrecision Precision, double Perplexity, double Loss, int Count, TokenUnit Unit, int UnknownCount, string Data);
