using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>
/// Where the channels of a value come from, behind slices of channels and channel shuffles, and behind the cat before these: what moves
/// channels is done once, however many operators say it.
/// </summary>
internal sealed class ChannelOrder(LoweringContext context)
{
    private readonly List<Node> _nodes = [];

    /// <summary>The operators that it covers.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>The runs of channels that give the value of an operator in turn, or null where it is not made like that.</summary>
    /// <param name="node">The operator.</param>
    /// <param name="codes">The scale and zero point of its codes; null in float.</param>
    /// <param name="depth">How many operators to look through.</param>
    public ChannelRun[]? RunsOf(Node node, QuantParams? codes, int depth)
    {
        _nodes.Clear();
        return Trace(node, codes, depth) is { } channels ? InTurn(channels) : null;
    }

    /// <summary>For each channel of an operator's value the value and the channel that it comes from.</summary>
    private ChannelRun[]? Trace(Node node, QuantParams? codes, int depth)
    {
        _nodes.Insert(0, node);
        switch (node)
        {
            case Concat { Dimension: 1 } cat when depth > 0:
                return Joined(cat, codes);
            case ChannelShuffle shuffle:
            {
                if (TraceInput(node.Inputs[0], codes, depth - 1) is not { } from) return null;
                var to = new ChannelRun[from.Length];
                int length = from.Length / shuffle.Groups;
                for (int c = 0; c < to.Length; c++) to[c] = from[c % shuffle.Groups * length + c / shuffle.Groups];
                return to;
            }
            case Slice { Dimension: 1 } slice:
            {
                if (TraceInput(node.Inputs[0], codes, depth - 1) is not { } from) return null;
                int end = Math.Min(slice.End ?? from.Length, from.Length);
                var to = new ChannelRun[(end - slice.Start + slice.Step - 1) / slice.Step];
                for (int c = 0; c < to.Length; c++) to[c] = from[slice.Start + c * slice.Step];
                return to;
            }
            default:
                return null;
        }
    }

    private ChannelRun[]? TraceInput(string name, QuantParams? codes, int depth)
    {
        if (codes is null)
        {
            name = context.Resolve(name);
            return depth > 0 && context.Producer(name) is ChannelShuffle or Slice { Dimension: 1 } or Concat { Dimension: 1 }
                ? Trace(context.Producer(name)!, null, depth) : All(context.Value(name), null);
        }
        if (context.Codes(name) is not { } value || !value.Quantization!.Equals(codes)) return null;
        return depth > 0 && context.Producer(value.Name) is Quantize quantize
            && QuantizedPattern.Match(quantize, context) is { Relu: null, Operator: ChannelShuffle or Slice { Dimension: 1 } or Concat { Dimension: 1 } } pattern
            ? Trace(pattern.Operator, codes, depth) : All(value, null);
    }

    private ChannelRun[]? Joined(Concat cat, QuantParams? codes)
    {
        var parts = new ChannelRun[cat.Inputs.Length][];
        int length = 0;
        for (int i = 0; i < parts.Length; length += parts[i++].Length)
        {
            if (codes is null) parts[i] = All(context.Value(context.Resolve(cat.Inputs[i])), null);
            else if (context.Codes(cat.Inputs[i]) is { } value)
                parts[i] = All(value, value.Quantization!.Equals(codes) ? null : new CodeMap(value.Quantization, codes, CodeRange.Of(codes, null)));
            else return null;
        }
        var all = new ChannelRun[length];
        for (int i = 0, start = 0; i < parts.Length; start += parts[i++].Length) parts[i].CopyTo(all, start);
        return all;
    }

    private static ChannelRun[] All(Value value, CodeMap? map)
    {
        var all = new ChannelRun[value.Shape[1]];
        for (int c = 0; c < all.Length; c++) all[c] = new(value, c, map);
        return all;
    }

    private static ChannelRun[]? InTurn(ChannelRun[] channels)
    {
        for (int runs = 1; runs <= channels.Length; runs++)
        {
            if (channels.Length % runs != 0) continue;
            int c = runs;
            while (c < channels.Length && channels[c] == channels[c - runs] with { Start = channels[c - runs].Start + 1 }) c++;
            if (c == channels.Length) return channels[..runs];
        }
        return null;
    }
}
