namespace QuantPS.Benchmarks.Measuring;

/// <summary>The layers of one model.</summary>
/// <param name="Case">The name of the model.</param>
/// <param name="Precision"><c>int8</c> or <c>float</c>.</param>
/// <param name="Threads">The number of threads of each engine.</param>
/// <param name="Run">QuantPS's runs without a profile.</param>
/// <param name="PeerRun">ONNX Runtime's.</param>
/// <param name="Layers">The layers in QuantPS's order, then what ONNX Runtime alone does.</param>
internal sealed record LayerResult(string Case, string Precision, int Threads, Burst Run, Burst PeerRun, IReadOnlyList<LayerTime> Layers);
