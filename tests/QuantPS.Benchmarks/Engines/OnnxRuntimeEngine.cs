using Microsoft.ML.OnnxRuntime;
using QuantPS.Benchmarks.Models;
using QuantPS.Benchmarks.Onnx;
using QuantPS.Engine;

namespace QuantPS.Benchmarks.Engines;

/// <summary>ONNX Runtime on the processor: all optimisations, threads that spin as they do by default, input and output in place.</summary>
internal sealed class OnnxRuntimeEngine : IEngine
{
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly float[] _output;
    private readonly OrtValue _inputValue, _outputValue;
    private readonly string[] _inputNames, _outputNames;
    private readonly OrtValue[] _inputs, _outputs;

    /// <param name="model">The model.</param>
    /// <param name="graph">Its graph, in float or in int8.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="profile">How the path of a profile starts that the session writes; null for no profile.</param>
    public OnnxRuntimeEngine(BenchmarkModel model, Graph graph, int threads, string? profile = null)
    {
        using SessionOptions options = Options(threads);
        if (profile is not null) (options.ProfileOutputPathPrefix, options.EnableProfiling) = (profile, true);
        _session = new InferenceSession(OnnxModel.Write(graph, model.Batch), options);
        _output = new float[model.OutputLength];
        _inputValue = OrtValue.CreateTensorValueFromMemory(model.Input, Sizes(model.InputShape));
        _outputValue = OrtValue.CreateTensorValueFromMemory(_output, Sizes(model.OutputShape));
        (_inputNames, _outputNames) = ([graph.Inputs[0].Name], [graph.Output]);
        (_inputs, _outputs) = ([_inputValue], [_outputValue]);
    }

    /// <summary>The options of a session.</summary>
    public static SessionOptions Options(int threads) => new()
    {
        GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        IntraOpNumThreads = threads,
        InterOpNumThreads = 1,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };

    public void Run() => _session.Run(_runOptions, _inputNames, _inputs, _outputNames, _outputs);

    public float[] Output() => _output;

    /// <summary>Ends the profile.</summary>
    /// <returns>The path of its file.</returns>
    public string EndProfile() => _session.EndProfiling();

    public void Dispose()
    {
        _inputValue.Dispose();
        _outputValue.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }

    private static long[] Sizes(Shape shape) => [.. shape.Select(size => (long)size)];
}
