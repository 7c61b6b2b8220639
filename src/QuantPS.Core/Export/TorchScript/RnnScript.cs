using QuantPS.Engine;
using static QuantPS.Export.ScriptText;

namespace QuantPS.Export;

/// <summary>
/// Dynamic layers of simple recurrent units, which libtorch has no operator for: the product of all steps at once, then a loop over them with
/// the operator of dynamic linear layers.
/// </summary>
internal static class RnnScript
{
    /// <summary>The method that runs over a sequence in one direction.</summary>
    public const string Method = $"""
          def rnn_layer(self: {ScriptModule.ClassName}, x: Tensor, h: Tensor, w_ih: {PackedParams.LinearType}, w_hh: {PackedParams.LinearType}, reduce_range: bool, relu: bool) -> Tensor:
            gates = ops.quantized.linear_dynamic(x, w_ih, reduce_range)
            state = h
            states = annotate(List[Tensor], [])
            for i in range(torch.size(x, 1)):
              total = torch.add(torch.select(gates, 1, i), ops.quantized.linear_dynamic(state, w_hh, reduce_range))
              if relu:
                state0 = torch.relu(total)
              else:
                state0 = torch.tanh(total)
              state = state0
              _0 = torch.append(states, state)
            return torch.stack(states, 1)

        """;

    /// <summary>The output and the last states, as a tuple.</summary>
    public static string Call(Rnn node, GraphScript s)
    {
        string x = s.Floats(node, 0), states = s.Assign(node.Name, "_h", RecurrentScript.State(node, 0, s));
        var last = new List<string>();
        for (int layer = 0; layer < node.Layers; layer++)
        {
            var directions = new List<string>();
            for (int direction = 0; direction < node.Directions; direction++)
            {
                int first = node.ParameterStart(layer, direction);
                string from = direction == 0 ? x : $"torch.flip({x}, [1])";
                string output = s.Assign(node.Name, "_d", $"self.rnn_layer({from}, torch.select({states}, 0, {last.Count}), " +
                    $"{s.Packed(node, first)}, {s.Packed(node, first + 1)}, {Flag(node.ReduceRange)}, {Flag(node.Relu)})");
                last.Add($"torch.select({output}, 1, -1)");
                directions.Add(direction == 0 ? output : $"torch.flip({output}, [1])");
            }
            x = s.Assign(node.Name, "_l", directions.Count == 1 ? directions[0] : $"torch.cat({List(directions)}, 2)");
        }
        s.Define(Method);
        return $"({x}, torch.stack({List(last)}, 0))";
    }
}
