using QuantPS.Benchmarks.Measuring;
using QuantPS.Benchmarks.Models;
using QuantPS.Engine.Execution;

namespace QuantPS.Benchmarks.Engines;

/// <summary>An engine with a precision: a column of the table.</summary>
/// <param name="Name">The name on the command line and in results, such as <c>ort-int8</c>.</param>
/// <param name="IsInt8">Whether it runs the int8 model.</param>
/// <param name="IsPeer">Whether it is what QuantPS is compared with.</param>
/// <param name="Load">Loads a model for a number of threads.</param>
internal sealed record EngineKind(string Name, bool IsInt8, bool IsPeer, Func<BenchmarkModel, int, IEngine> Load)
{
    /// <summary>QuantPS, ONNX Runtime and libtorch, in int8 and in float.</summary>
    public static IReadOnlyList<EngineKind> All { get; } =
    [
        new("quantps-int8", true, false, (model, threads) => new QuantPSEngine(model, model.Int8, threads)),
        new("quantps-float", false, false, (model, threads) => new QuantPSEngine(model, model.Float, threads)),
        new("ort-int8", true, true, (model, threads) => new OnnxRuntimeEngine(model, model.Int8, threads)),
        new("ort-float", false, true, (model, threads) => new OnnxRuntimeEngine(model, model.Float, threads)),
        new("libtorch-int8", true, true, (model, threads) => new LibtorchEngine(model, model.Int8, threads)),
        new(CaseResult.LibtorchFloat, false, true, (model, threads) => new LibtorchEngine(model, model.Float, threads)),
    ];

    /// <summary>QuantPS in int8 with a rung of its ladder.</summary>
    public static EngineKind Rung(InstructionSet set) =>
        new($"quantps-int8@{set}", true, false, (model, threads) => new QuantPSEngine(model, model.Int8, threads, set));
}
