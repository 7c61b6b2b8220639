namespace QuantPS.Benchmarks.Measuring;

/// <summary>The runs of one node in a profile of ONNX Runtime.</summary>
/// <param name="Name">The name of the node of the model that it was made from, or its own.</param>
/// <param name="Operator">What it does.</param>
/// <param name="Microseconds">The time of each run.</param>
internal sealed record OnnxNodeTimes(string Name, string Operator, List<double> Microseconds);
