using QuantPS.Engine;
using QuantPS.OracleTests.Oracle;
using QuantPS.Tests.Engine;

namespace QuantPS.OracleTests.Operators;

/// <summary>Random cats of two images whose channels are shuffled in two groups, and one half of these, as ShuffleNet has it.</summary>
internal static class ShuffleCases
{
    public static IEnumerable<OperatorCase> Halves(QEngine engine)
    {
        var random = new RandomValues(65);
        for (int i = 0; i < 256; i++)
        {
            int channels = random.Integer(1, 60), half = random.Integer(0, 1);
            Pair pair = Pair.Of(random, i, channels, channels, random.Chance(0.2));
            GraphBuilder graph = pair.Builder(out string a, out string b);
            string cat = graph.Requantized(graph.Add(new Concat { Name = "cat", Inputs = [a, b] }), pair.Output);
            string shuffled = graph.Requantized(graph.Add(new ChannelShuffle { Name = "shuffled", Inputs = [cat], Groups = 2 }), pair.Output);
            string y = graph.Add(new Slice { Name = "y", Inputs = [shuffled], Dimension = 1, Start = half * channels, End = (half + 1) * channels });
            yield return pair.Case(graph.Build(graph.Quantize(y, pair.Output)), "shuffled_half", random, half);
        }
    }
}
