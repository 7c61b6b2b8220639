namespace QuantPS.Analysis;

/// <summary>How well a model tells labelled images apart.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Precision">What it holds its weights and activations in.</param>
/// <param name="Top1">The share of images whose class has the highest score, in percent.</param>
/// <param name="Top5">The share of images whose class is among the five highest scores, in percent.</param>
/// <param name="Count">The number of images that were measured.</param>
/// <param name="Loss">The mean cross-entropy, in nats.</param>
/// <param name="Data">The name of the data set.</param>
public sealed record AccuracyReport(string Name, ModelPrecision Precision, double Top1, double Top5, int Count, double Loss, string Data);
