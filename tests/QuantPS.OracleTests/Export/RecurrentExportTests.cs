using QuantPS.Engine;
using QuantPS.OracleTests.Oracle;
using QuantPS.Tests.Engine;
using Module = QuantPS.Engine.Recurrent;

namespace QuantPS.OracleTests.Export;

/// <summary>Exported recurrent modules and cells in libtorch against the engine.</summary>
public sealed class RecurrentExportTests(ITestOutputHelper output)
{
    private const int Features = 19, Hidden = 24, Batch = 3;

    public static TheoryData<string> Names => [.. s_modules.Keys];

    private static readonly Dictionary<string, Module> s_modules = new()
    {
        ["LSTM"] = new Lstm { Name = "", Inputs = [], HiddenSize = Hidden },
        ["LSTM of two layers with states"] = new Lstm { Name = "", Inputs = [], HiddenSize = Hidden, Layers = 2, HasInitialStates = true },
        ["LSTM both ways"] = new Lstm { Name = "", Inputs = [], HiddenSize = Hidden, Layers = 2, Bidirectional = true },
        ["LSTM without biases"] = new Lstm { Name = "", Inputs = [], HiddenSize = Hidden, HasBias = false },
        ["GRU"] = new Gru { Name = "", Inputs = [], HiddenSize = Hidden },
        ["GRU both ways with states"] = new Gru { Name = "", Inputs = [], HiddenSize = Hidden, Layers = 2, Bidirectional = true, HasInitialStates = true },
        ["GRU without biases"] = new Gru { Name = "", Inputs = [], HiddenSize = Hidden, Layers = 2, HasBias = false },
        ["RNN of tanh"] = new Rnn { Name = "", Inputs = [], HiddenSize = Hidden, Layers = 2, HasInitialStates = true },
        ["RNN of ReLU both ways"] = new Rnn { Name = "", Inputs = [], HiddenSize = Hidden, Layers = 2, Bidirectional = true, Relu = true },
        ["LSTM cell"] = new LstmCell { Name = "", Inputs = [], HiddenSize = Hidden },
        ["LSTM cell with states"] = new LstmCell { Name = "", Inputs = [], HiddenSize = Hidden, HasInitialStates = true },
        ["LSTM cell without biases"] = new LstmCell { Name = "", Inputs = [], HiddenSize = Hidden, HasInitialStates = true, HasBias = false },
        ["GRU cell with state"] = new GruCell { Name = "", Inputs = [], HiddenSize = Hidden, HasInitialStates = true },
        ["RNN cell of tanh"] = new RnnCell { Name = "", Inputs = [], HiddenSize = Hidden, HasInitialStates = true },
        ["RNN cell of ReLU"] = new RnnCell { Name = "", Inputs = [], HiddenSize = Hidden, HasInitialStates = true, Relu = true },
    };

    [Theory, MemberData(nameof(Names))]
    public void A_float_module_gives_the_same_numbers_in_libtorch(string name) => Check(name, s_modules[name], int8: false, QEngine.Fbgemm, 1e-5f);

    /// <summary>A code can be another where a float is another in its last bit.</summary>
    [Theory, MemberData(nameof(Names))]
    public void A_dynamic_module_gives_the_same_numbers_in_libtorch(string name)
    {
        Check(name, s_modules[name] with { ReduceRange = true }, int8: true, QEngine.Fbgemm, 1e-3f);
        Check(name, s_modules[name], int8: true, QEngine.Qnnpack, 1e-3f);
    }

    private void Check(string name, Module prototype, bool int8, QEngine engine, float tolerance)
    {
        int longest = prototype.IsCell ? 1 : 9;
        Graph graph = RecurrentCase.Of(new Random(5), prototype, Features, Batch, longest, int8).Graph(longest);
        using var network = new ExportedNetwork(graph, engine, Batch, longest);
        float largest = 0;
        foreach ((int batch, int length) in new[] { (1, 1), (Batch, longest), (2, prototype.IsCell ? 1 : 4) })
        {
            RecurrentCase inputs = RecurrentCase.Of(new Random(length), prototype, Features, batch, length, int8);
            var values = new Dictionary<string, Array> { ["x"] = inputs.X };
            for (int i = 0; i < inputs.States.Length; i++) values[inputs.Module.Inputs[1 + i]] = inputs.States[i];
            (float[] Ours, float[] Theirs)[] results = network.Run(values, batch, length);
            Assert.Equal(1 + prototype.States, results.Length);
            // A step of one layer has the same codes in both, where only the functions of gates can differ.
            float most = length == 1 && prototype.Layers == 1 ? MathF.Min(tolerance, 1e-6f) : tolerance;
            foreach ((float[] ours, float[] theirs) in results)
            {
                float error = ExportedModel.LargestError(ours, theirs);
                Assert.True(error <= most, $"{name}, {engine}, {batch} of {length}: the largest error is {error} of the largest result.");
                largest = MathF.Max(largest, error);
                Assert.True(theirs.Distinct().Count() > theirs.Length / 4);
            }
        }
        output.WriteLine($"{name}, {engine}: the largest error is {largest} of the largest result.");
    }
}
