using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

/// <summary>Operators that move numbers and change none, floats and codes alike, at sizes that vectors split differently.</summary>
public sealed class CopyTests
{
    private const int Batch = 2;

    private static readonly QuantParams Scale = QuantParams.PerTensor(1, 3);

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Images_come_in_and_go_out_in_the_order_of_PyTorch(InstructionSet set)
    {
        for (int channels = 1; channels <= 35; channels++)
            foreach ((int height, int width) in new[] { (1, 1), (3, 5), (8, 8), (5, 13) })
                Check(set, [channels, height, width], x => new Dropout { Name = "op", Inputs = [x] }, index => index);
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Flattened_images_are_in_the_order_of_PyTorch(InstructionSet set)
    {
        for (int channels = 1; channels <= 35; channels++)
            foreach ((int height, int width) in new[] { (1, 7), (4, 4), (5, 13) })
                Check(set, [channels, height, width], x => new Flatten { Name = "op", Inputs = [x] }, index => index);
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Windows_of_any_shape_take_what_their_indices_say(InstructionSet set)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            int[] sizes = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(1, 9))];
            int dimension = random.Next(sizes.Length), start = random.Next(sizes[dimension]), step = random.Next(1, 4), end = random.Next(start + 1, sizes[dimension] + 2);
            int[] sliced = [.. sizes];
            sliced[dimension] = (Math.Min(end, sizes[dimension]) - start + step - 1) / step;
            Check(set, Shape.Create(sizes), x => new Slice { Name = "op", Inputs = [x], Dimension = dimension + 1, Start = start, End = end, Step = step },
                index => Move(index, sliced, sizes, (d, i) => d == dimension ? start + i * step : i));

            int[] before = [.. sizes.Select(_ => random.Next(3))], after = [.. sizes.Select(_ => random.Next(3))];
            int[] padded = [.. sizes.Select((size, d) => before[d] + size + after[d])];
            Check(set, Shape.Create(sizes), x => new Pad { Name = "op", Inputs = [x], Before = [0, .. before], After = [0, .. after] },
                index => Move(index, padded, sizes, (d, i) => i - before[d]));
        }
    }

    /// <summary>The place in one sample that a place in a sample of other sizes takes, dimension by dimension; -1 for one outside.</summary>
    private static int Move(int index, int[] from, int[] to, Func<int, int, int> move)
    {
        int place = 0, stride = 1;
        for (int d = from.Length - 1; d >= 0; d--)
        {
            (index, int i) = Math.DivRem(index, from[d]);
            int at = move(d, i);
            if (at < 0 || at >= to[d]) return -1;
            place += at * stride;
            stride *= to[d];
        }
        return place;
    }

    private static void Check(InstructionSet set, Shape shape, Func<string, Node> node, Func<int, int> source)
    {
        float[] input = [.. Enumerable.Range(0, Batch * (int)shape.ElementCount).Select(i => (float)(i % 241))];
        foreach (bool quantized in new[] { false, true })
        {
            var builder = new GraphBuilder(shape);
            string op = builder.Add(node(quantized ? builder.Requantized(GraphBuilder.Input, Scale) : GraphBuilder.Input));
            Graph graph = builder.Build(quantized ? builder.Requantized(op, Scale) : op);
            foreach (int threads in new[] { 1, 2 })
            {
                float[] actual = Runner.Run(graph, input, new CompileOptions { InstructionSet = set, MaxBatch = Batch, Threads = threads });
                int sample = actual.Length / Batch, sourceSample = input.Length / Batch;
                for (int i = 0; i < actual.Length; i++)
                {
                    int from = source(i % sample);
                    float expected = from < 0 ? 0 : input[i / sample * sourceSample + from];
                    Assert.True(expected == actual[i], $"{graph.Nodes[^1]} of {shape}, {(quantized ? "codes" : "floats")}: {i} is {actual[i]} instead of {expected}");
                }
            }
        }
    }
}
