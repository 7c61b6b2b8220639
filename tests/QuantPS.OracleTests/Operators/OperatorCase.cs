using QuantPS.Engine;
using QuantPS.OracleTests.Oracle;

namespace QuantPS.OracleTests.Operators;

/// <summary>One operator on random values: a graph for our engine, and a call of libtorch's operator.</summary>
/// <param name="Graph">The graph; it gives codes (a Quantize) or floats.</param>
/// <param name="Batch">The number of samples.</param>
/// <param name="Input">The input of the graph.</param>
/// <param name="Method">The method of <see cref="OperatorSource"/>.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record OperatorCase(Graph Graph, int Batch, float[] Input, string Method, params HostTensor?[] Arguments)
{
    /// <summary>The scale and zero point of the codes that the graph gives; null where it gives floats.</summary>
    public QuantParams? Quantization => (Graph.Find(Graph.Output) as Quantize)?.Parameters;

    public override string ToString() =>
        string.Join("; ", Graph.Nodes.Where(node => node is not Dequantize).Select(node => $"{node.Operator} {node.Attributes}")) + $"; {Graph.Inputs[0].Shape}";
}
