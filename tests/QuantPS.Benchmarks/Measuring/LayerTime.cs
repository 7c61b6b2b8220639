namespace QuantPS.Benchmarks.Measuring;

/// <summary>One step of QuantPS's plan beside the nodes of ONNX Runtime that do the same work; or what only one of them does.</summary>
/// <param name="Name">The value that the step computes, or the node of ONNX Runtime.</param>
/// <param name="Kernel">QuantPS's kernel and the shape of its value; empty where it has no such step.</param>
/// <param name="Macs">The multiply-adds.</param>
/// <param name="Microseconds">QuantPS's time; null where it has no such step.</param>
/// <param name="PeerOperators">The operators of ONNX Runtime; empty where it has none.</param>
/// <param name="PeerMicroseconds">The sum of their times; null where it has none.</param>
internal sealed record LayerTime(string Name, string Kernel, long Macs, double? Microseconds, string PeerOperators, double? PeerMicroseconds);
