using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Engine.Kernels;
using QuantPS.OracleTests.Operators;
using QuantPS.OracleTests.Oracle;
using QuantPS.Tests.Engine;

namespace QuantPS.OracleTests.Recurrent;

/// <summary>Recurrent modules and cells against libtorch's, in float and dynamic.</summary>
public sealed class RecurrentParityTests(ITestOutputHelper output)
{
    public static TheoryData<QEngine, InstructionSet> Everywhere => OperatorParityTests.Everywhere;

    public static TheoryData<InstructionSet> InstructionSetsOfTheEngine => [.. Enum.GetValues<InstructionSet>()];

    [Theory, MemberData(nameof(InstructionSetsOfTheEngine))]
    public void Modules_in_float_give_libtorchs_floats(InstructionSet set)
    {
        Require(set);
        foreach (RecurrentCase one in Cases(seed: 1, int8: false, [New<Lstm>(), New<Gru>(), New<Rnn>(), New<Rnn>() with { Relu = true }]))
            RequireClose(RecurrentOracle.Run(one), one.Run(new CompileOptions { InstructionSet = set }), 1e-5f, one);
    }

    [Theory, MemberData(nameof(Everywhere))]
    public void A_dynamic_step_from_the_same_input_and_state_gives_libtorchs_to_a_millionth(QEngine engine, InstructionSet set)
    {
        Require(set);
        Libtorch.Require(engine);
        Libtorch.Engine = engine;
        RecurrentCase[] cases =
        [
            .. Cases(seed: 2, int8: true, [New<LstmCell>(), New<GruCell>(), New<RnnCell>(), New<RnnCell>() with { Relu = true }], reduceRange: engine != QEngine.Qnnpack),
            .. Cases(seed: 3, int8: true, [New<Lstm>(), New<Gru>()], reduceRange: engine != QEngine.Qnnpack, isOneStep: true),
        ];
        foreach (RecurrentCase one in cases)
            RequireClose(RecurrentOracle.Run(one), one.Run(new CompileOptions { InstructionSet = set, Backend = Parity.BackendOf(engine) }), 1e-6f, one);
        output.WriteLine($"{cases.Length} steps.");
    }

    [Theory, MemberData(nameof(Everywhere))]
    public void Dynamic_modules_of_any_layers_and_directions_give_libtorchs_sequences(QEngine engine, InstructionSet set)
    {
        Require(set);
        Libtorch.Require(engine);
        Libtorch.Engine = engine;
        foreach (RecurrentCase one in Cases(seed: 4, int8: true, [New<Lstm>(), New<Gru>()], reduceRange: engine != QEngine.Qnnpack))
            RequireClose(RecurrentOracle.Run(one), one.Run(new CompileOptions { InstructionSet = set, Backend = Parity.BackendOf(engine) }), 1e-3f, one);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(false, 10)]
    [InlineData(true, 1)]
    [InlineData(true, 10)]
    public void Long_wide_sequences_have_libtorchs_codes_at_every_step(bool gru, int batch)
    {
        const int Size = 512, Length = 35;
        Libtorch.Require(QEngine.Fbgemm);
        Libtorch.Engine = QEngine.Fbgemm;
        Engine.Recurrent module = gru ? New<Gru>() : New<Lstm>();
        RecurrentCase one = RecurrentCase.Of(new Random(5), module with { HiddenSize = Size, ReduceRange = true }, Size, batch, Length, int8: true);
        float[] theirs = RecurrentOracle.Run(one).Output, ours = one.Run(new CompileOptions { Backend = QuantizationBackend.Fbgemm }).Output;
        int flips = 0, different = 0;
        for (int step = 0; step < Length; step++)
        {
            (byte[] a, byte[] b) = (Codes(theirs, step), Codes(ours, step));
            flips += a.Zip(b, (x, y) => x == y ? 0 : 1).Sum();
        }
        for (int i = 0; i < ours.Length; i++)
        {
            if (ours[i] != theirs[i]) different++;
            Assert.True(MathF.Abs(ours[i] - theirs[i]) <= 1e-3f, $"Element {i}: libtorch {theirs[i]}, ours {ours[i]}.");
        }
        output.WriteLine($"{ours.Length} codes, {flips} flips; {different} floats differ.");
        Assert.True(flips * 10_000L <= ours.Length, $"{flips} of {ours.Length} codes differ.");

        byte[] Codes(float[] values, int step)
        {
            float[] states = [.. Enumerable.Range(0, batch).SelectMany(n => values.Skip((n * Length + step) * Size).Take(Size))];
            DynamicParameters.Chosen chosen = DynamicParameters.Choose(states.Min(), states.Max(), reduceRange: true);
            return Array.ConvertAll(states, value => DynamicQuantizeScalar.Code(QuantizationBackend.Fbgemm, value, 1 / chosen.Scale, chosen.ZeroPoint));
        }
    }

    private static T New<T>() where T : Engine.Recurrent => (T)(Engine.Recurrent)(typeof(T).Name switch
    {
        nameof(Lstm) => new Lstm { Name = "", Inputs = [], HiddenSize = 1 },
        nameof(Gru) => new Gru { Name = "", Inputs = [], HiddenSize = 1 },
        nameof(Rnn) => new Rnn { Name = "", Inputs = [], HiddenSize = 1 },
        nameof(LstmCell) => new LstmCell { Name = "", Inputs = [], HiddenSize = 1 },
        nameof(GruCell) => new GruCell { Name = "", Inputs = [], HiddenSize = 1 },
        _ => new RnnCell { Name = "", Inputs = [], HiddenSize = 1 },
    });

    private static IEnumerable<RecurrentCase> Cases(int seed, bool int8, Engine.Recurrent[] modules, bool reduceRange = true, bool isOneStep = false)
    {
        var random = new Random(seed);
        for (int i = 0; i < 24; i++)
        {
            Engine.Recurrent module = modules[i % modules.Length] with
            {
                HiddenSize = random.Next(1, 70), HasInitialStates = random.Next(3) > 0, HasBias = int8 || random.Next(3) > 0, ReduceRange = reduceRange,
            };
            if (!module.IsCell && !isOneStep) module = module with { Layers = random.Next(1, 4), Bidirectional = random.Next(2) == 0 };
            yield return RecurrentCase.Of(random, module, random.Next(1, 60), random.Next(1, 6), module.IsCell || isOneStep ? 1 : random.Next(1, 9), int8);
        }
    }

    private static void Require(InstructionSet set)
    {
        if (!InstructionSets.Available.Contains(set)) Assert.Skip($"This machine has no {set}.");
    }

    private static void RequireClose(
        (float[] Output, float[] Hidden, float[] Cell) theirs, (float[] Output, float[] Hidden, float[] Cell) ours, float tolerance, RecurrentCase one)
    {
        Check(theirs.Output, ours.Output);
        Check(theirs.Hidden, ours.Hidden);
        Check(theirs.Cell, ours.Cell);

        void Check(float[] expected, float[] given)
        {
            Assert.Equal(expected.Length, given.Length);
            float largest = expected.Length == 0 ? 0 : expected.Max(MathF.Abs);
            for (int i = 0; i < given.Length; i++)
                Assert.True(MathF.Abs(expected[i] - given[i]) <= tolerance * largest,
                    $"Element {i} of {given.Length}: libtorch {expected[i]}, ours {given[i]}, in {one.Module.Operator} {one.Module.Attributes}, {one.Features} features, batch {one.Batch}, length {one.Length}.");
        }
    }
}
