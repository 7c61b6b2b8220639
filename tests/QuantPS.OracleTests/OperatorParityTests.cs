using System.Runtime.CompilerServices;
using QuantPS.Engine.Execution;
using QuantPS.OracleTests.Operators;
using QuantPS.OracleTests.Oracle;

namespace QuantPS.OracleTests;

/// <summary>
/// Every int8 operator of the engine against libtorch's own, on each of libtorch's engines and each of our instruction sets: no element
/// may differ.
/// </summary>
public sealed class OperatorParityTests(ITestOutputHelper output)
{
    public static TheoryData<QEngine, InstructionSet> Everywhere
    {
        get
        {
            var data = new TheoryData<QEngine, InstructionSet>();
            foreach (QEngine engine in Enum.GetValues<QEngine>())
                foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
                    data.Add(engine, set);
            return data;
        }
    }

    [Theory, MemberData(nameof(Everywhere))]
    public void Conv2d_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, ConvolutionCases.Of);

    [Theory, MemberData(nameof(Everywhere))]
    public void Linear_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, LinearCases.Static);

    [Theory, MemberData(nameof(Everywhere))]
    public void Dynamic_linear_gives_libtorchs_floats(QEngine engine, InstructionSet set) => Check(engine, set, LinearCases.Dynamic);

    [Theory, MemberData(nameof(Everywhere))]
    public void Batch_norm_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, ElementwiseCases.BatchNorm);

    [Theory, MemberData(nameof(Everywhere))]
    public void Add_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, ElementwiseCases.Add);

    [Theory, MemberData(nameof(Everywhere))]
    public void Add_relu_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, ElementwiseCases.AddRelu);

    [Theory, MemberData(nameof(Everywhere))]
    public void Mul_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, ProductCases.Mul);

    [Theory, MemberData(nameof(Everywhere))]
    public void Mul_by_a_number_a_channel_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, ProductCases.Scaling);

    [Theory, MemberData(nameof(Everywhere))]
    public void Hardswish_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, ActivationCases.Hardswish);

    [Theory, MemberData(nameof(Everywhere))]
    public void Hardsigmoid_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, ActivationCases.Hardsigmoid);

    [Theory, MemberData(nameof(Everywhere))]
    public void Sigmoid_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, ActivationCases.Sigmoid);

    [Theory, MemberData(nameof(Everywhere))]
    public void Mean_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, PoolCases.Mean);

    [Theory, MemberData(nameof(Everywhere))]
    public void Halves_of_shuffled_cats_are_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, ShuffleCases.Halves);

    [Theory, MemberData(nameof(Everywhere))]
    public void Relu_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, ElementwiseCases.Relu);

    [Theory, MemberData(nameof(Everywhere))]
    public void Relu6_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, ElementwiseCases.Relu6);

    [Theory, MemberData(nameof(Everywhere))]
    public void Max_pool_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, PoolCases.Max);

    [Theory, MemberData(nameof(Everywhere))]
    public void Average_pool_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, PoolCases.Average);

    [Theory, MemberData(nameof(Everywhere))]
    public void Adaptive_average_pool_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, PoolCases.Adaptive);

    [Theory, MemberData(nameof(Everywhere))]
    public void Flatten_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, ElementwiseCases.Flatten);

    [Theory, MemberData(nameof(Everywhere))]
    public void Pad_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, ElementwiseCases.Pad);

    [Theory, MemberData(nameof(Everywhere))]
    public void Concat_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, ElementwiseCases.Concat);

    [Theory, MemberData(nameof(Everywhere))]
    public void Quantize_gives_libtorchs_codes(QEngine engine, InstructionSet set) => Check(engine, set, QuantizeCases.Quantize);

    [Theory, MemberData(nameof(Everywhere))]
    public void Dequantize_gives_libtorchs_floats(QEngine engine, InstructionSet set) => Check(engine, set, QuantizeCases.Dequantize);

    private void Check(QEngine engine, InstructionSet set, Func<QEngine, IEnumerable<OperatorCase>> cases, [CallerMemberName] string test = "")
    {
        Libtorch.Require(engine);
        if (!InstructionSets.Available.Contains(set)) Assert.Skip($"This machine has no {set}.");
        output.WriteLine(Parity.Check(test, engine, set, cases));
    }
}
