using Microsoft.ML.OnnxRuntime;
using QuantPS.Benchmarks.Engines;

namespace QuantPS.Benchmarks.Starting;

/// <summary>ONNX Runtime on a model file.</summary>
internal sealed class StartedOnnxRuntime(int threads) : IStartedEngine
{
    private readonly RunOptions _options = new();
    private InferenceSession? _session;

    public bool LoadsItself => true;

    public void Load(string file)
    {
        using SessionOptions options = OnnxRuntimeEngine.Options(threads);
        _session = new InferenceSession(file, options);
    }

    public void Run(float[] image)
    {
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(image, StartedModel.ImageShape);
        using IDisposableReadOnlyCollection<OrtValue> results = _session!.Run(_options, _session.InputNames, [input], _session.OutputNames);
    }
}
