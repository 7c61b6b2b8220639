using QuantPS.Engine;
using static QuantPS.Export.ScriptText;

namespace QuantPS.Export;

/// <summary>
/// How recurrent modules and cells are written: float ones through <c>torch.lstm</c> and its like, dynamic ones through <c>torch.quantized_lstm</c>
/// and <c>ops.quantized.quantized_lstm_cell_dynamic</c>. libtorch has no dynamic RNN: its steps are a loop (<see cref="RnnScript"/>).
/// </summary>
internal static class RecurrentScript
{
    private const string QInt8 = "12";

    /// <summary>The output of a module or cell.</summary>
    public static string Output(Recurrent node, GraphScript s) => node is GruCell or RnnCell ? Call(node, s) : $"{s.Results(node)}[0]";

    /// <summary>A last state: libtorch has the layers of modules first, graphs the samples.</summary>
    public static string LastState(LastState state, GraphScript s) => s.RecurrentOf(state) switch
    {
        GruCell or RnnCell => s.Floats(state, 0),
        LstmCell cell => $"{s.Results(cell)}[{(state.Cell ? 1 : 0)}]",
        var module => $"torch.transpose({s.Results(module)}[{(state.Cell ? 2 : 1)}], 0, 1)",
    };

    /// <summary>The call that gives the output and the last states as a tuple; of a cell with one state, that state.</summary>
    public static string Call(Recurrent node, GraphScript s)
    {
        bool isDynamic = s.IsInt8(node, node.DataInputCount);
        if (isDynamic && node is Rnn rnn) return RnnScript.Call(rnn, s);
        string[] states = [.. Enumerable.Range(0, node.States).Select(state => State(node, state, s))];
        string hidden = node.States > 1 ? List(states) : states[0];
        string call = $"({s.Floats(node, 0)}, {hidden}, ";
        if (node.IsCell)
        {
            (string name, string parameters) = isDynamic ? ("ops.quantized.quantized_{0}_dynamic", PackedCell(node, s)) : ("torch.{0}", string.Join(", ", Parameters(node, s)));
            return string.Format(name, node.Operator) + call + parameters + ")";
        }
        string list = List(isDynamic ? PackedLayers(node, s) : Parameters(node, s));
        // libtorch wants dynamic LSTMs to have biases; zeros stand in.
        string settings = $"{list}, {Flag(node.HasBias || isDynamic)}, {node.Layers}, 0.0, False, {Flag(node.Bidirectional)}, True";
        return isDynamic ? $"torch.quantized_{node.Operator}{call}{settings}{(node is Lstm ? $", dtype={QInt8}, use_dynamic=True" : "")})" : $"torch.{node.Operator}{call}{settings})";
    }

    /// <summary>A state to begin with, as libtorch has it: the layers of a module first.</summary>
    public static string State(Recurrent node, int state, GraphScript s)
    {
        string x = s.Floats(node, 0);
        if (node.HasInitialStates) return node.IsCell ? s.Floats(node, 1 + state) : $"torch.transpose({s.Floats(node, 1 + state)}, 0, 1)";
        string layers = node.IsCell ? "" : $"{node.Layers * node.Directions}, ";
        return $"torch.new_zeros({x}, [{layers}torch.size({x}, 0), {node.HiddenSize}])";
    }

    private static IEnumerable<string> Parameters(Recurrent node, GraphScript s) =>
        node.Inputs.Select((_, i) => i).Skip(node.DataInputCount).Select(i => s.Floats(node, i));

    // The biases are packed with the weights, and the operators take them again without a use for them.
    private static string PackedCell(Recurrent node, GraphScript s)
    {
        int first = node.DataInputCount;
        return $"{s.Packed(node, first)}, {s.Packed(node, first + 1)}, {Bias(node, first + 2, s)}, {Bias(node, first + 3, s)}";
    }

    private static IEnumerable<string> PackedLayers(Recurrent node, GraphScript s)
    {
        for (int layer = 0; layer < node.Layers; layer++)
            for (int direction = 0; direction < node.Directions; direction++)
            {
                int first = node.ParameterStart(layer, direction);
                yield return "ops.quantized.make_quantized_cell_params_dynamic(" +
                    $"{s.Packed(node, first)}, {s.Packed(node, first + 1)}, {Bias(node, first + 2, s)}, {Bias(node, first + 3, s)}, {Flag(node.ReduceRange)})";
            }
    }

    private static string Bias(Recurrent node, int input, GraphScript s) => node.HasBias ? s.Floats(node, input) : s.Zeros(node.Gates * node.HiddenSize);
}
