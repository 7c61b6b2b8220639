namespace QuantPS.Zoo;

/// <summary>What can be chosen when an architecture is built. Most have no choice, and ignore it.</summary>
public sealed record ArchitectureOptions
{
    /// <summary>
    /// Whether Inception v3 and GoogLeNet take images normalized with the statistics of ImageNet, and bring them to the mean and the
    /// deviation of 0.5 that they were trained with (<c>transform_input</c>): so it is with all published weights.
    /// </summary>
    public bool TransformInput { get; init; } = true;

    /// <summary>Whether Inception v3 and GoogLeNet have the auxiliary heads that act while training alone (<c>aux_logits</c>).</summary>
    public bool AuxiliaryHeads { get; init; }

    /// <summary>The sizes of BERT; those of BERT base when null.</summary>
    public BertConfig? Bert { get; init; }

    /// <summary>The sizes of a recurrent network for words; those of the tutorial when null.</summary>
    public LanguageModelConfig? Language { get; init; }
}
