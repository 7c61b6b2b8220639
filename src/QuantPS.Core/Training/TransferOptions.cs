namespace QuantPS.Training;

/// <summary>What of a trained model goes into the training of another.</summary>
public sealed record TransferOptions
{
    /// <summary>The number of classes of a new classifier; null to keep the classifier.</summary>
    public int? ClassCount { get; init; }

    /// <summary>Whether the classifier alone is trained. The other layers of a quantized model run in int8, by the engine.</summary>
    public bool HeadOnly { get; init; }

    /// <summary>
    /// The float model that a quantized one came from: training starts from its weights, with its batch normalizations, and from the
    /// classifier of the quantized one. Null to start from the dequantized weights.
    /// </summary>
    public QuantModel? FloatModel { get; init; }
}
