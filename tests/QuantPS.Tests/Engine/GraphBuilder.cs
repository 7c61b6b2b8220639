using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Tests.Engine;

/// <summary>Builds small graphs for tests; each method adds a node and gives the name of its value.</summary>
internal sealed class GraphBuilder(Shape input)
{
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<string, Tensor> _constants = [];

    public const string Input = "x";

    public string Add(Node node)
    {
        _nodes.Add(node);
        return node.Name;
    }

    public string Constant(string name, Tensor tensor)
    {
        _constants.Add(name, tensor);
        return name;
    }

    public string Constant(string name, float[] values, Shape? shape = null) => Constant(name, Tensor.From<float>(values, shape));

    public string Quantize(string value, QuantParams parameters) =>
        Add(new Quantize { Name = $"{value}.quantize", Inputs = [value], Parameters = parameters });

    public string Dequantize(string value) => Add(new Dequantize { Name = $"{value}.dequantize", Inputs = [value] });

    /// <summary>Quantize and Dequantize behind a value.</summary>
    public string Requantized(string value, QuantParams parameters) => Dequantize(Quantize(value, parameters));

    /// <summary>An int8 constant and its Dequantize.</summary>
    public string Weight(string name, sbyte[] codes, Shape shape, QuantParams parameters) =>
        Dequantize(Constant(name, Tensor.FromCodes(codes, shape, parameters)));

    public string Conv2d(string name, string input, string weight, string? bias, Window2 window, int groups = 1) =>
        Add(new Conv2d { Name = name, Module = name, Inputs = bias is null ? [input, weight] : [input, weight, bias], Window = window, Groups = groups });

    public string Linear(string name, string input, string weight, string? bias) =>
        Add(new Linear { Name = name, Module = name, Inputs = bias is null ? [input, weight] : [input, weight, bias] });

    public string Relu(string name, string input, float maximum = float.PositiveInfinity) =>
        Add(new Relu { Name = name, Inputs = [input], Maximum = maximum });

    public Graph Build(string output) => new([new GraphInput(Input, input)], [.. _nodes], output, _constants, [""]);
}
