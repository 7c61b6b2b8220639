using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

public sealed class RecurrentTests
{
    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Modules_in_float_equal_their_definition(InstructionSet set) => CheckAll(set, seed: 1, int8: false, QuantizationBackend.Fbgemm);

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Dynamic_modules_equal_their_definition_with_every_backend(InstructionSet set)
    {
        foreach (QuantizationBackend backend in Enum.GetValues<QuantizationBackend>()) CheckAll(set, seed: 2, int8: true, backend);
    }

    [Theory, MemberData(nameof(Rungs.AboveScalar), MemberType = typeof(Rungs))]
    public void Dynamic_modules_give_the_same_bits_on_every_rung_and_at_any_thread_count(InstructionSet set)
    {
        foreach (RecurrentCase one in Cases(seed: 3, int8: true))
            foreach (int threads in (int[])[1, 2, 3])
            {
                var expected = one.Run(new CompileOptions { InstructionSet = InstructionSet.Scalar });
                var ours = one.Run(new CompileOptions { InstructionSet = set, Threads = threads });
                Assert.Equal(expected.Output, ours.Output);
                Assert.Equal(expected.Cell, ours.Cell);
            }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Float_modules_give_the_same_bits_at_any_thread_count(InstructionSet set)
    {
        foreach (RecurrentCase one in Cases(seed: 4, int8: false))
            Assert.Equal(one.Run(new CompileOptions { InstructionSet = set }).Output, one.Run(new CompileOptions { InstructionSet = set, Threads = 2 }).Output);
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void A_run_that_is_smaller_than_the_largest_gives_the_same(InstructionSet set)
    {
        RecurrentCase one = RecurrentCase.Of(new Random(5), Lstm(12) with { Layers = 2, Bidirectional = true }, 7, batch: 2, length: 3, int8: true);
        var options = new CompileOptions { InstructionSet = set };
        Assert.Equal(one.Run(options).Output, one.Run(options, spare: 3).Output);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_run_allocates_nothing_on_the_managed_heap(int threads)
    {
        foreach (bool int8 in (bool[])[false, true])
            foreach (InstructionSet set in InstructionSets.Available)
            {
                RecurrentCase one = RecurrentCase.Of(new Random(6), Lstm(70) with { Bidirectional = true }, 30, batch: 2, length: 4, int8);
                using CompiledGraph compiled = CompiledGraph.Compile(one.Graph(4), new CompileOptions { MaxBatch = 2, Threads = threads, InstructionSet = set });
                using RunBuffers buffers = compiled.CreateBuffers();
                one.X.CopyTo(buffers.Floats("x"));
                CancellationToken cancel = TestContext.Current.CancellationToken;
                Assert.Equal(0, Allocation.BytesOf(() =>
                {
                    for (int i = 0; i < 20; i++) compiled.Run(buffers, 2, 4, cancel: cancel);
                }));
            }
    }

    [Fact]
    public void Weights_of_16_bits_are_computed_with_in_float()
    {
        RecurrentCase one = RecurrentCase.Of(new Random(7), Lstm(9), 5, batch: 2, length: 3);
        RecurrentCase half = one with { Parameters = [.. one.Parameters.Select(tensor => tensor.Shape.Rank == 2 ? Half(tensor) : tensor)] };
        RecurrentCase rounded = one with { Parameters = [.. half.Parameters.Select(tensor => Tensor.From<float>(tensor.ToFloats(), tensor.Shape))] };
        Assert.Equal(rounded.Run(new CompileOptions()).Output, half.Run(new CompileOptions()).Output);
        Assert.NotEqual(one.Run(new CompileOptions()).Output, half.Run(new CompileOptions()).Output);
    }

    [Fact]
    public void The_plan_multiplies_x_for_all_steps_at_once_and_says_what_runs_in_int8()
    {
        RecurrentCase one = RecurrentCase.Of(new Random(8), Lstm(9) with { Layers = 2 }, 5, batch: 2, length: 3, int8: true);
        using CompiledGraph compiled = CompiledGraph.Compile(one.Graph(3), new CompileOptions { MaxBatch = 2 });
        Assert.Equal(
            ["input", "quantize_dynamic", "linear_dynamic", "lstm", "quantize_dynamic", "linear_dynamic", "lstm", "view", "view", "output", "output", "output"],
            compiled.Steps.Select(step => step.Kernel));
        Assert.All(compiled.Steps.Where(step => step.Kernel == "lstm"), step => Assert.Equal("int8", step.Precision));
    }

    private static void CheckAll(InstructionSet set, int seed, bool int8, QuantizationBackend backend)
    {
        foreach (RecurrentCase one in Cases(seed, int8))
        {
            var expected = new RecurrentReference(one, backend).Run();
            var ours = one.Run(new CompileOptions { InstructionSet = set, Backend = backend, Threads = 1 + one.Length % 2 });
            RequireClose(expected.Output, ours.Output, one);
            RequireClose(expected.Hidden, ours.Hidden, one);
            RequireClose(expected.Cell, ours.Cell, one);
        }
    }

    private static void RequireClose(float[] expected, float[] ours, RecurrentCase one)
    {
        Assert.Equal(expected.Length, ours.Length);
        for (int i = 0; i < ours.Length; i++)
            Assert.True(MathF.Abs(expected[i] - ours[i]) <= 1e-5f, $"Element {i} is {ours[i]}, not {expected[i]}: {one.Module.Operator} {one.Module.Attributes}, batch {one.Batch}, length {one.Length}.");
    }

    private static IEnumerable<RecurrentCase> Cases(int seed, bool int8)
    {
        var random = new Random(seed);
        for (int i = 0; i < 24; i++)
        {
            int size = random.Next(1, 40);
            Recurrent module = (i % 8) switch
            {
                0 or 1 => Lstm(size),
                2 => new Gru { Name = "", Inputs = [], HiddenSize = size },
                3 => new Rnn { Name = "", Inputs = [], HiddenSize = size },
                4 => new Rnn { Name = "", Inputs = [], HiddenSize = size, Relu = true },
                5 => new LstmCell { Name = "", Inputs = [], HiddenSize = size },
                6 => new GruCell { Name = "", Inputs = [], HiddenSize = size },
                _ => new RnnCell { Name = "", Inputs = [], HiddenSize = size, Relu = i > 12 },
            };
            module = module with { HasBias = random.Next(4) > 0, HasInitialStates = random.Next(2) == 0, ReduceRange = random.Next(2) == 0 };
            if (!module.IsCell) module = module with { Layers = random.Next(1, 4), Bidirectional = random.Next(2) == 0 };
            yield return RecurrentCase.Of(random, module, random.Next(1, 30), random.Next(1, 5), module.IsCell ? 1 : random.Next(1, 7), int8);
        }
    }

    private static Lstm Lstm(int size) => new() { Name = "", Inputs = [], HiddenSize = size };

    private static Tensor Half(Tensor tensor) =>
        new(ElementType.Float16, tensor.Shape, [.. tensor.ToFloats().SelectMany(value => BitConverter.GetBytes((Half)value))]);
}
