using QuantPS.Engine.Execution;
using QuantPS.Engine.Execution.Lowering;

namespace QuantPS.Engine.Kernels;

/// <summary>A function of one number.</summary>
internal enum ActivationFunction
{
    Hardswish,
    Hardsigmoid,
    Sigmoid,
    Tanh,
    Gelu,
    GeluTanh,
}

/// <summary>A function of each element in float.</summary>
internal sealed record ActivationSpec(string Name, ActivationFunction Function, Value Input, Value Output);

/// <summary>Codes to codes by a table of 256: whatever the function, and the scales on both sides.</summary>
internal sealed record LookUpSpec(string Name, Value Input, Value Output, byte[] Table)
{
    /// <summary>The codes of a function, as the backend rounds them.</summary>
    public static LookUpSpec Of(string name, ActivationFunction function, Value input, Value output, CodeRange range, QuantizationBackend backend)
    {
        var table = new byte[256];
        for (int code = 0; code < table.Length; code++)
            table[code] = backend == QuantizationBackend.Qnnpack
                ? ActivationCodes.OfQnnpack(function, (byte)code, input.Quantization!, output.Quantization!, range)
                : ActivationCodes.Of(function, (byte)code, input.Quantization!, output.Quantization!, range);
        return new(name, input, output, table);
    }
}
