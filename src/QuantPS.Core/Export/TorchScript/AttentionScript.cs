using QuantPS.Engine;
using static QuantPS.Export.ScriptText;

namespace QuantPS.Export;

/// <summary>How attention is written: <c>torch.scaled_dot_product_attention</c>, with the features cut into heads and joined again.</summary>
internal static class AttentionScript
{
    /// <summary>The expression.</summary>
    public static string Of(Attention attention, GraphScript s)
    {
        string Heads(int input) => $"torch.transpose(torch.unflatten({s.Floats(attention, input)}, 2, [{attention.Heads}, -1]), 1, 2)";
        string mask = attention.Inputs.Length > 3 ? s.Assign(attention.Name, "_m", Mask(s.Floats(attention, 0), s.Floats(attention, 3))) : "None";
        return $"torch.flatten(torch.transpose(torch.scaled_dot_product_attention({Heads(0)}, {Heads(1)}, {Heads(2)}, {mask}, 0.0, False), 1, 2), 2)";
    }

    // What is added to the scores of all heads and steps: 0, or the lowest float.
    private static string Mask(string x, string mask) =>
        $"torch.unsqueeze(torch.unsqueeze(torch.masked_fill(torch.new_zeros({x}, torch.size({mask})), torch.eq({mask}, 0), {Number(float.MinValue)}), 1), 1)";
}
