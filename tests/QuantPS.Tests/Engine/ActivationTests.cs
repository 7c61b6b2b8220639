using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

/// <summary>hardswish, hardsigmoid and sigmoid against their definitions: every code, every zero point, lengths that vectors split differently.</summary>
public sealed class ActivationTests
{
    private readonly Random _random = new(31);

    private static readonly Func<string, Node>[] Operators =
    [
        x => new Hardswish { Name = "op", Inputs = [x] }, x => new Hardsigmoid { Name = "op", Inputs = [x] }, x => new Sigmoid { Name = "op", Inputs = [x] },
    ];

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Codes_are_those_of_the_function_at_every_zero_point_and_length(InstructionSet set)
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];
        foreach (QuantizationBackend backend in new[] { QuantizationBackend.Fbgemm, QuantizationBackend.Qnnpack })
            foreach (Func<string, Node> op in Operators)
                for (int zeroPoint = 0; zeroPoint < 256; zeroPoint++) Check(set, backend, op, all, zeroPoint);
        // The function is in the table alone.
        for (int length = 1; length < 256; length++) Check(set, QuantizationBackend.Fbgemm, Operators[0], _random.Bytes(length), length);
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Floats_are_those_of_the_function_at_every_length(InstructionSet set)
    {
        foreach (Func<string, Node> op in Operators)
            for (int length = 1; length <= 70; length++)
            {
                float[] input = _random.Floats(length, -9, 9);
                if (length > 3) (input[1], input[2], input[3]) = (float.NaN, 1e30f, -1e30f);
                var builder = new GraphBuilder([length]);
                Node node = op(GraphBuilder.Input);
                float[] actual = Runner.Run(builder.Build(builder.Add(node)), input, new CompileOptions { InstructionSet = set });
                for (int i = 0; i < length; i++)
                {
                    double expected = Function(node, input[i]);
                    Assert.True(double.IsNaN(expected) ? float.IsNaN(actual[i]) : Math.Abs(expected - actual[i]) <= 1e-6 * (1 + Math.Abs(expected)),
                        $"{node.Operator}({input[i]}) is {expected}, not {actual[i]}");
                }
            }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void An_element_does_not_depend_on_the_batch_or_the_threads(InstructionSet set)
    {
        foreach (Func<string, Node> op in Operators)
        {
            const int Length = 40_003;
            float[] sample = _random.Floats(Length, -9, 9);
            var builder = new GraphBuilder([Length]);
            Graph graph = builder.Build(builder.Add(op(GraphBuilder.Input)));
            float[] one = Runner.Run(graph, sample, new CompileOptions { InstructionSet = set });
            float[] three = Runner.Run(graph, [.. sample, .. sample, .. sample], new CompileOptions { InstructionSet = set, MaxBatch = 3, Threads = 3 });
            for (int i = 0; i < 3; i++) Assert.True(one.AsSpan().SequenceEqual(three.AsSpan(i * Length, Length)));
        }
    }

    private void Check(InstructionSet set, QuantizationBackend backend, Func<string, Node> op, byte[] codes, int zeroPoint)
    {
        var from = QuantParams.PerTensor(0.01 + 0.06 * _random.NextDouble(), zeroPoint);
        Node kind = op("");
        QuantParams to = kind is Hardswish ? QuantParams.PerTensor(0.01 + 0.05 * _random.NextDouble(), _random.Next(256)) : QuantParams.PerTensor(1 / 256.0, 0);
        var builder = new GraphBuilder([codes.Length]);
        Node node = op(builder.Requantized(GraphBuilder.Input, from));
        string result = builder.Quantize(builder.Add(node), to);
        byte[] expected = [.. codes.Select(code => Code(node, code, from, to, backend))];
        var options = new CompileOptions { InstructionSet = set, Backend = backend };
        Assert.Equal(expected, Runner.Codes(builder.Build(result), QuantizedReference.Real(codes, from), result, options));
    }

    private static byte Code(Node node, byte code, QuantParams from, QuantParams to, QuantizationBackend backend)
    {
        if (backend != QuantizationBackend.Qnnpack) return QuantizedReference.Quantize(InSingle(node, QuantizedReference.DequantizeFused(code, from)), to);
        // qnnpack adds the zero point before it rounds.
        float inverse = 1 / to.Scale, scaled = inverse * InSingle(node, QuantizedReference.Dequantize(code, from)), shifted = scaled + to.ZeroPoint;
        return (byte)Math.Round(Math.Clamp(shifted, 0f, 255f), MidpointRounding.ToEven);
    }

    private static float InSingle(Node node, float x)
    {
        float inside = Math.Min(Math.Max(x + 3, 0), 6);
        return node switch { Hardswish => x * inside / 6, Hardsigmoid => inside / 6, _ => 1 / (1 + MathF.Exp(-x)) };
    }

    private static double Function(Node node, double x)
    {
        double inside = Math.Min(Math.Max(x + 3, 0), 6);
        return node switch { Hardswish => x * inside / 6, Hardsigmoid => inside / 6, _ => 1 / (1 + Math.Exp(-x)) };
    }
}
