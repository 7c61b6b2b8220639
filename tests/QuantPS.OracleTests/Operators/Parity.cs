using System.Runtime.Intrinsics.X86;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.OracleTests.Oracle;

namespace QuantPS.OracleTests.Operators;

/// <summary>Compares our engine with libtorch element by element.</summary>
internal static class Parity
{
    private static readonly Libtorch Operators = new(OperatorSource.Text);
    private static readonly Dictionary<(string, QEngine), (OperatorCase Case, float[] Expected)[]> Known = [];

    /// <summary>Fails unless every element of every case is the same.</summary>
    /// <param name="name">The operator; with the engine it names the cases, which libtorch computes once.</param>
    /// <param name="engine">libtorch's engine.</param>
    /// <param name="set">Our instruction set.</param>
    /// <param name="cases">Makes the cases for an engine.</param>
    /// <returns>How many cases and elements were the same.</returns>
    public static string Check(string name, QEngine engine, InstructionSet set, Func<QEngine, IEnumerable<OperatorCase>> cases)
    {
        if (!Known.TryGetValue((name, engine), out (OperatorCase, float[])[]? known))
        {
            Libtorch.Engine = engine;
            Known[(name, engine)] = known = [.. cases(engine).Select(one => (one, Expected(one)))];
        }
        long elements = 0, different = 0;
        string first = "";
        foreach ((OperatorCase one, float[] expected) in known)
        {
            float[] ours = Ours(one, engine, set);
            Assert.Equal(expected.Length, ours.Length);
            elements += ours.Length;
            for (int i = 0; i < ours.Length; i++)
            {
                if (expected[i] == ours[i]) continue;
                if (different++ == 0) first = $"First at {i} of {ours.Length}: libtorch {expected[i]}, ours {ours[i]}, in {one}.";
            }
        }
        Assert.True(different == 0, $"{different} of {elements} elements in {known.Length} cases differ. {first}");
        return $"{name}, {engine}, {set}: {known.Length} cases, {elements} elements, none different.";
    }

    /// <summary>The backend whose numerics an engine of libtorch has on this machine.</summary>
    public static QuantizationBackend BackendOf(QEngine engine) => engine switch
    {
        QEngine.Fbgemm => QuantizationBackend.Fbgemm,
        QEngine.Qnnpack => QuantizationBackend.Qnnpack,
        QEngine.Onednn => QuantizationBackend.Onednn,
        _ => HasAvx512Vnni ? QuantizationBackend.X86 : QuantizationBackend.Fbgemm,
    };

    // libtorch's x86 engine uses oneDNN for convolutions where the processor has AVX-512 VNNI.
    private static bool HasAvx512Vnni => X86Base.IsSupported && (X86Base.CpuId(7, 0).Ecx & 1 << 11) != 0;

    private static float[] Expected(OperatorCase one) => one.Quantization is null
        ? Operators.Invoke<float>(one.Method, one.Arguments) : Array.ConvertAll(Operators.Invoke<byte>(one.Method, one.Arguments), code => (float)code);

    // Floats, or codes as floats.
    private static float[] Ours(OperatorCase one, QEngine engine, InstructionSet set)
    {
        var options = new CompileOptions { MaxBatch = one.Batch, Backend = BackendOf(engine), InstructionSet = set };
        using CompiledGraph compiled = CompiledGraph.Compile(one.Graph, options);
        var result = new float[compiled.OutputShape.ElementCount * one.Batch];
        compiled.Run(one.Input, one.Batch, result);
        if (one.Quantization is not { } quantization) return result;
        for (int i = 0; i < result.Length; i++) result[i] = quantization.ZeroPoint + MathF.Round(result[i] / quantization.Scale);
        return result;
    }
}
