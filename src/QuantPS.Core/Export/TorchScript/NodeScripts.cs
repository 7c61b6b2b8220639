using System.Collections.Frozen;
using System.Globalization;
using QuantPS.Engine;
using static QuantPS.Export.ScriptText;

namespace QuantPS.Export;

/// <summary>The operators that can be written, each with its form on floats and its form on codes.</summary>
internal static class NodeScripts
{
    /// <summary>The end of a slice that goes to the end.</summary>
    private const string NoEnd = "9223372036854775807";

    private static readonly QuantParams s_sigmoid = QuantParams.PerTensor(1.0 / 256, 0);

    private static readonly FrozenDictionary<Type, NodeScript> s_all = new[]
    {
        NodeScript.Of<Conv2d>(
            (conv, s) => $"torch.conv2d({s.Floats(conv, 0)}, {s.Floats(conv, 1)}, {s.Bias(conv)}, {Window(conv.Window)}, {conv.Groups})",
            (conv, s, to) => s.Codes(conv, 0) is { } x && s.Packed(conv) is { } packed ? to.Call("conv2d", x.Variable, packed) : null, takesRelu: true),
        NodeScript.Of<Linear>(
            (linear, s) => s.DynamicLinear(linear) ?? $"torch.linear({s.Floats(linear, 0)}, {s.Floats(linear, 1)}, {s.Bias(linear)})",
            (linear, s, to) => s.Codes(linear, 0) is { } x && s.Packed(linear) is { } packed ? to.Call("linear", x.Variable, packed) : null, takesRelu: true),
        NodeScript.Of<BatchNorm1d>(Normalized),
        NodeScript.Of<BatchNorm2d>(
            Normalized,
            (norm, s, to) => s.Codes(norm, 0) is { } x ? to.Call("batch_norm2d", x.Variable, Statistics(norm, s), Number(norm.Epsilon)) : null, takesRelu: true),
        NodeScript.Of<Add>(
            (add, s) => $"torch.add({s.Floats(add, 0)}, {s.Floats(add, 1)})",
            (add, s, to) => s.Codes(add, 0) is { } a && s.Codes(add, 1) is { } b ? to.Call("add", a.Variable, b.Variable) : null, takesRelu: true),
        NodeScript.Of<Multiply>(
            (mul, s) => $"torch.mul({s.Floats(mul, 0)}, {s.Floats(mul, 1)})",
            (mul, s, to) => s.Codes(mul, 0) is { } a && s.Codes(mul, 1) is { } b ? to.Call("mul", a.Variable, b.Variable) : null, takesRelu: true),
        NodeScript.Of<Concat>(
            (cat, s) => $"torch.cat({List(cat.Inputs.Select((_, i) => s.Floats(cat, i)))}, {cat.Dimension})",
            (cat, s, to) => s.AllCodes(cat) is { } all ? to.Call("cat", List(all), $"{cat.Dimension}") : null),

        NodeScript.Of<Hardswish>(
            (swish, s) => $"torch.hardswish({s.Floats(swish, 0)})",
            (swish, s, to) => s.Codes(swish, 0) is { } x ? to.Call("hardswish", x.Variable) : null),
        NodeScript.Fixed<Hardsigmoid>(s_sigmoid, x => $"torch.hardsigmoid({x})"),
        NodeScript.Fixed<Sigmoid>(s_sigmoid, x => $"torch.sigmoid({x})"),

        NodeScript.Of<Gelu>((gelu, s) => gelu.Approximate ? s.Since(ScriptModule.ApproximateGelu, $"torch.gelu({s.Floats(gelu, 0)}, approximate='tanh')") : $"torch.gelu({s.Floats(gelu, 0)})"),
        NodeScript.Of<Tanh>((tanh, s) => $"torch.tanh({s.Floats(tanh, 0)})"),
        NodeScript.Of<Softmax>((softmax, s) => $"torch.softmax({s.Floats(softmax, 0)}, -1)"),
        NodeScript.Of<LayerNorm>((norm, s) =>
            $"torch.layer_norm({s.Floats(norm, 0)}, torch.size({s.Floats(norm, 1)}), {s.Floats(norm, 1)}, {s.Floats(norm, 2)}, {Number(norm.Epsilon)})"),
        NodeScript.Of<Attention>(AttentionScript.Of),

        NodeScript.Of<Embedding>(TableScript.Rows),
        NodeScript.Of<EmbeddingBag>(TableScript.Bag),
        NodeScript.Of<Positions>((positions, s) => $"torch.sub(torch.cumsum(torch.ones_like({s.Floats(positions, 0)}), 1), 1)"),
        NodeScript.Of<SelectStep>((select, s) => $"torch.select({s.Floats(select, 0)}, 1, {select.Step.ToString(CultureInfo.InvariantCulture)})"),
        NodeScript.Of<Lstm>(RecurrentScript.Output),
        NodeScript.Of<Gru>(RecurrentScript.Output),
        NodeScript.Of<Rnn>(RecurrentScript.Output),
        NodeScript.Of<LstmCell>(RecurrentScript.Output),
        NodeScript.Of<GruCell>(RecurrentScript.Output),
        NodeScript.Of<RnnCell>(RecurrentScript.Output),
        NodeScript.Of<LastState>(RecurrentScript.LastState),

        NodeScript.Of<Relu>(
            (relu, s) => float.IsPositiveInfinity(relu.Maximum) ? $"torch.relu({s.Floats(relu, 0)})" : $"torch.clamp({s.Floats(relu, 0)}, 0.0, {Number(relu.Maximum)})",
            (relu, s, to) => s.Codes(relu, 0) is not { } x || !x.Parameters.Equals(to.Parameters) ? null
                : float.IsPositiveInfinity(relu.Maximum) ? $"torch.relu({x.Variable})" : s.Clamp(x.Variable, relu)),
        NodeScript.Same<MaxPool2d>((pool, x) => $"torch.max_pool2d({x}, {Size(pool.Window.Kernel)}, {Window(pool.Window)}, {Flag(pool.Window.CeilMode)})"),
        NodeScript.Same<AvgPool2d>((pool, x) =>
            $"torch.avg_pool2d({x}, {Size(pool.Window.Kernel)}, {Size(pool.Window.Stride)}, {Size(pool.Window.Padding)}, " +
            $"{Flag(pool.Window.CeilMode)}, {Flag(pool.CountIncludePad)}, None)"),
        NodeScript.Same<AdaptiveAvgPool2d>((pool, x) => $"torch.adaptive_avg_pool2d({x}, {Size(pool.Output)})"),
        NodeScript.Same<Mean>((mean, x) => $"torch.mean({x}, [2, 3], {Flag(mean.KeepDimensions)})"),
        NodeScript.Same<Flatten>((_, x) => $"torch.flatten({x}, 1)"),
        NodeScript.Same<Pad>((pad, x) =>
            $"torch.constant_pad_nd({x}, {List(Enumerable.Range(1, pad.Before.Length).SelectMany(d => new[] { $"{pad.Before[^d]}", $"{pad.After[^d]}" }))}, 0)"),
        NodeScript.Same<Slice>((slice, x) =>
            $"torch.slice({x}, {slice.Dimension}, {slice.Start}, {slice.End?.ToString(CultureInfo.InvariantCulture) ?? NoEnd}, {slice.Step})"),
        NodeScript.Same<ChannelShuffle>((shuffle, x) => $"torch.channel_shuffle({x}, {shuffle.Groups})"),

        NodeScript.Of<TransformInput>((transform, s) =>
            $"torch.add(torch.mul({s.Floats(transform, 0)}, {s.ChannelNumbers(transform.Scale)}), {s.ChannelNumbers(transform.Shift)})"),
        NodeScript.Of<Dropout>((dropout, s) => s.Floats(dropout, 0)),
    }.ToFrozenDictionary(script => script.Node);

    /// <summary>How the operator of a node is written.</summary>
    /// <exception cref="QuantPSException">TorchScriptUnsupported: it cannot be.</exception>
    public static NodeScript Of(Node node) => s_all.GetValueOrDefault(node.GetType()) ?? throw new QuantPSException("TorchScriptUnsupported",
        $"The layer '{node.Name}' is a {node.Operator}, which cannot be written as TorchScript. Write the model as a state dict (-Format StateDict).", node.Name);

    private static string Normalized(BatchNorm norm, GraphScript s) =>
        $"torch.batch_norm({s.Floats(norm, 0)}, {Statistics(norm, s)}, False, 0.1, {Number(norm.Epsilon)}, False)";

    private static string Statistics(BatchNorm norm, GraphScript s) => string.Join(", ", Enumerable.Range(1, 4).Select(i => s.Floats(norm, i)));
}
