namespace QuantPS.Analysis;

/// <summary>What a comparison of two models measures. The size is always compared.</summary>
[Flags]
public enum ComparisonParts
{
    /// <summary>The length of the files alone.</summary>
    Size = 0,
    /// <summary>The accuracy on labelled images or texts; of a language model the perplexity on a text.</summary>
    Accuracy = 1,
    /// <summary>The time of a run, measured in turns.</summary>
    Latency = 2,
    /// <summary>How far the values of each layer lie apart on images.</summary>
    Layers = 4,
    /// <summary>Everything.</summary>
    All = Accuracy | Latency | Layers,
}
