using QuantPS.Benchmarks.Engines;
using QuantPS.Engine;

namespace QuantPS.Benchmarks.Models;

/// <summary>What all engines run: one network with the same weights in float and in int8, and one input.</summary>
/// <param name="Name">The name of the case.</param>
/// <param name="Float">The float graph, batch normalization folded.</param>
/// <param name="Int8">The same in static int8.</param>
/// <param name="Batch">The number of samples of a run.</param>
/// <param name="Input">The samples, in PyTorch's order.</param>
internal sealed record BenchmarkModel(string Name, Graph Float, Graph Int8, int Batch, float[] Input)
{
    /// <summary>The multiply-adds of a run.</summary>
    public long Macs { get; } = MultiplyAdds.Of(Float, Batch);

    /// <summary>The number of floats that a run gives.</summary>
    public int OutputLength { get; } = checked((int)Float.InferTypes(Batch)[Float.Output].Shape.ElementCount);

    /// <summary>QuantPS's output in float, which other float engines must give too.</summary>
    public float[] FloatOutput => field ??= OutputOf(Float);

    /// <summary>QuantPS's output in int8.</summary>
    public float[] Int8Output => field ??= OutputOf(Int8);

    /// <summary>The shape of the input with the batch.</summary>
    public Shape InputShape => [Batch, .. Float.Inputs[0].Shape];

    /// <summary>The shape of the output with the batch.</summary>
    public Shape OutputShape => Float.InferTypes(Batch)[Float.Output].Shape;

    private float[] OutputOf(Graph graph)
    {
        using var engine = new QuantPSEngine(this, graph, threads: 1);
        engine.Run();
        return engine.Output();
    }
}
