using QuantPS.Engine;
using QuantPS.Engine.Execution;

namespace QuantPS.Tests.Engine;

/// <summary>Runs graphs in tests.</summary>
internal static class Runner
{
    /// <summary>The result of a graph.</summary>
    public static float[] Run(Graph graph, float[] input, CompileOptions options, ValueTap? tap = null)
    {
        using CompiledGraph compiled = CompiledGraph.Compile(graph, options);
        var output = new float[compiled.OutputShape.ElementCount * options.MaxBatch];
        compiled.Run(input, options.MaxBatch, output, tap);
        return output;
    }

    /// <summary>The codes of a value in PyTorch's order.</summary>
    public static byte[] Codes(Graph graph, float[] input, string value, CompileOptions options)
    {
        byte[]? codes = null;
        Run(graph, input, options with { Taps = new HashSet<string> { value } }, (in TappedValue tapped) => codes = tapped.ToCodes());
        return codes ?? throw new InvalidOperationException($"The tap did not see '{value}'.");
    }
}
