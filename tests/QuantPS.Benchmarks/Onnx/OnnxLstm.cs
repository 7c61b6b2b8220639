using QuantPS.Engine;

namespace QuantPS.Benchmarks.Onnx;

/// <summary>Layers of an LSTM in ONNX: gates in the order i, o, f, c; steps before samples.</summary>
internal static class OnnxLstm
{
    // PyTorch's gates i, f, g, o in ONNX's order.
    private static readonly int[] s_gates = [0, 3, 1, 2];

    /// <summary>The rows of a parameter in ONNX's order of gates.</summary>
    public static T[] Rows<T>(ReadOnlySpan<T> values)
    {
        var result = new T[values.Length];
        int length = values.Length / s_gates.Length;
        for (int gate = 0; gate < s_gates.Length; gate++) values.Slice(s_gates[gate] * length, length).CopyTo(result.AsSpan(gate * length));
        return result;
    }
}
