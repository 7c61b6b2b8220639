using System.Collections.Immutable;
using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>A channel shuffle, in float or on codes, or a slice of one, with the cat before it.</summary>
internal sealed class ChannelShuffleRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if ((PassThrough.Match<ChannelShuffle>(node, context) ?? PassThrough.Match<Slice>(node, context)) is not { } match) return null;
        var order = new ChannelOrder(context);
        QuantParams? codes = match.Output.Quantization;
        // Where the channels of a cat do not come in turn, the cat is made first.
        ChannelRun[]? runs = order.RunsOf(match.Operator, codes, depth: 3) ?? order.RunsOf(match.Operator, codes, depth: 1);
        if (runs is null || !order.Nodes.Any(covered => covered is ChannelShuffle)) return null;
        var spec = new InterleaveSpec("channel_shuffle", runs, match.Output);
        ImmutableArray<Value> inputs = [.. runs.Select(run => run.Value).Distinct()];
        return [new(match.Output, inputs, [.. order.Nodes, .. match.Nodes.Skip(1)], kernels => kernels.Interleave(spec)) { WritesSlices = true }];
    }
}
