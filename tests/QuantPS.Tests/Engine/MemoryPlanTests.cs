using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Engine.Execution.Lowering;
using QuantPS.Zoo;
using Xunit;

namespace QuantPS.Tests.Engine;

public sealed class MemoryPlanTests
{
    [Fact]
    public void Values_that_live_at_the_same_time_never_overlap()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var values = new List<Value> { NewValue(random, 0) };
            var operations = new List<Operation>();
            for (int i = 1; i < 2 + random.Next(40); i++)
            {
                Value[] inputs = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => values[random.Next(Math.Max(0, values.Count - 6), values.Count)]).Distinct()];
                Value output = NewValue(random, i);
                if (random.Next(5) == 0) output = new(output.Name, TensorType.Float(inputs[0].Shape)) { ViewOf = inputs[0] };
                values.Add(output);
                operations.Add(new(output, [.. inputs], [], _ => throw new NotSupportedException()));
            }
            Check([.. operations], random.Next(1, 5));
        }
    }

    [Fact]
    public void A_network_needs_far_less_memory_than_its_values_together()
    {
        Graph graph = Architectures.Find("cifar_resnet20").Create(1).Graph;
        LoweredGraph lowered = GraphLowering.Lower(graph, new CompileOptions());
        long length = Check(lowered.Operations, 1);
        long together = lowered.Operations.Where(operation => operation.Output.ViewOf is null).Sum(operation => operation.Output.Bytes(1));
        // A block holds its input for the shortcut, the value that a convolution reads, and the one that it writes: 16x32x32 floats each.
        Assert.Equal(3 * 16 * 32 * 32 * 4, length);
        Assert.InRange(length, 1, together / 5);
    }

    private static long Check(ImmutableArray<Operation> operations, int batch)
    {
        (var places, long length) = MemoryPlan.Plan(operations, new(batch, 1));
        Dictionary<Value, MemoryPlan.Place> of = places.ToDictionary(place => place.Storage);
        foreach (MemoryPlan.Place place in places)
        {
            Assert.Equal(0, place.Offset % MemoryPlan.Alignment);
            Assert.InRange(place.Bytes, place.Storage.Bytes(batch), length - place.Offset);
            foreach (MemoryPlan.Place other in places.Where(other => other.Storage != place.Storage && other.First <= place.Last && place.First <= other.Last))
                Assert.True(place.Offset + place.Bytes <= other.Offset || other.Offset + other.Bytes <= place.Offset, $"{place.Storage.Name} and {other.Storage.Name} overlap");
        }
        // Every value has its place from the step that writes it to the last that reads it.
        for (int i = 0; i < operations.Length; i++)
            foreach (Value used in operations[i].Inputs.Append(operations[i].Output))
                Assert.InRange(i, of[used.Storage].First, of[used.Storage].Last);
        return length;
    }

    private static Value NewValue(Random random, int index) => new($"v{index}", TensorType.Float([1, random.Next(1, 3000)]));
}
