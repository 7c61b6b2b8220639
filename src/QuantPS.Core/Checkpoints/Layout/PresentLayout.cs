using QuantPS.Engine;

namespace QuantPS.Checkpoints.Layout;

/// <summary>State dicts of older layouts brought to the present one.</summary>
internal static class PresentLayout
{
    private const string Weight = ".weight", Bias = ".bias", Packed = "._packed_params";

    /// <summary>
    /// The state dict with the weight and the bias of a quantized linear layer as one tuple, as they are from version 3 on
    /// (torch/ao/nn/quantized/modules/linear.py).
    /// </summary>
    public static StateDict Of(StateDict state)
    {
        var result = new StateDict();
        foreach ((string path, long? version) in state.Metadata) result.Metadata[path] = version;
        foreach ((string key, object? value) in state)
        {
            if (key.EndsWith(Weight, StringComparison.Ordinal) && HasQuantizedMatrix(state, key[..^Weight.Length]))
            {
                string owner = key[..^Weight.Length];
                state.TryGetValue(owner + Bias, out object? bias);
                // Version 1 kept them in the layer itself, version 2 in the module that is packed.
                if (!owner.EndsWith(Packed, StringComparison.Ordinal)) owner += Packed;
                if (!state.ContainsKey($"{owner}.dtype")) result.Add($"{owner}.dtype", DTypeReference.QInt8);
                result.Add(owner + Packed, PythonTuple.Create([value, bias]));
            }
            else if (!key.EndsWith(Bias, StringComparison.Ordinal) || !HasQuantizedMatrix(state, key[..^Bias.Length]))
            {
                result.Add(key, value);
            }
        }
        return result;
    }

    // Convolutions still keep their weights like this; those have four dimensions.
    private static bool HasQuantizedMatrix(StateDict state, string owner) =>
        state.TryGetTensor(owner + Weight, out Tensor? weight) && weight is { Element: ElementType.QInt8, Shape.Rank: 2 };
}
