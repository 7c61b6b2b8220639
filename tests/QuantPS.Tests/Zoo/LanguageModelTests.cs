using QuantPS.Analysis;
using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Quantization;
using QuantPS.Zoo;
using Xunit;

namespace QuantPS.Tests.Zoo;

public sealed class LanguageModelTests
{
    private static readonly Architecture s_words = Architectures.Find("word_language_model");

    [Fact]
    public void The_tutorials_model_has_its_size_in_float_and_less_than_80_megabytes_dynamic()
    {
        QuantModel model = s_words.Create(1);
        Assert.Equal(113.9, ModelSize.Of(model).SizeMB, 0.1);
        DynamicQuantizationResult result = DynamicQuantizer.Quantize(model, new());
        Assert.Equal(["rnn", "decoder"], result.Modules);
        Assert.InRange(ModelSize.Of(result.Model).SizeMB, 70, 80);
        DynamicQuantizationResult all = DynamicQuantizer.Quantize(model, new() { ModuleTypes = ["Linear", "LSTM", "Embedding"] });
        Assert.InRange(ModelSize.Of(all.Model).SizeMB, 25, 30);
    }

    [Theory]
    [InlineData("LSTM", false)]
    [InlineData("LSTM", true)]
    [InlineData("GRU", false)]
    [InlineData("RNN_TANH", false)]
    public void A_state_dict_shows_the_sizes_and_gives_the_model_again(string cell, bool tied)
    {
        QuantModel model = Small(cell, tied);
        StateDict state = StateDictLayout.ToStateDict(model.Graph);
        Assert.Equal(["encoder.weight", "rnn.weight_ih_l0", "rnn.weight_hh_l0", "rnn.bias_ih_l0", "rnn.bias_hh_l0"], state.Keys.Take(5));
        QuantModel again = s_words.FromStateDict(state);
        Assert.Equal(model.Graph.ToString(), again.Graph.ToString());
        Assert.Equal(Run(model, [3, 1, 4]).Output, Run(again, [3, 1, 4]).Output);
        Assert.Equal(ModelSize.Of(model).Bytes, ModelSize.Of(again).Bytes);
        Assert.Equal(tied, ReferenceEquals(again.Graph.Constants["encoder.weight"], again.Graph.Constants["decoder.weight"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Quantizing_one_of_two_tied_modules_leaves_the_other(bool decoder)
    {
        QuantModel model = DynamicQuantizer.Quantize(Small("LSTM", tied: true), new() { ModuleTypes = [decoder ? "Linear" : "Embedding"] }).Model;
        Assert.Equal(decoder ? ElementType.Float32 : ElementType.QUInt8, model.Graph.Constants["encoder.weight"].Element);
        Assert.Equal(decoder ? ElementType.QInt8 : ElementType.Float32, model.Graph.Constants["decoder.weight"].Element);
        Assert.Equal(3 * 20, Run(model, [3, 1, 4]).Output.Length);
    }

    [Theory]
    [InlineData("LSTM")]
    [InlineData("GRU")]
    public void A_text_goes_on_with_the_states_of_the_run_before(string cell)
    {
        QuantModel model = Small(cell, tied: false);
        float[] whole = Run(model, [3, 1, 4, 1, 5]).Output;
        (float[] first, float[][] states) = Run(model, [3, 1]);
        float[] second = Run(model, [4, 1, 5], states).Output;
        float[] parts = [.. first, .. second];
        for (int i = 0; i < whole.Length; i++) Assert.Equal(whole[i], parts[i], 1e-5f);
    }

    [Fact]
    public void Projections_are_refused_with_an_error_that_says_so()
    {
        StateDict state = StateDictLayout.ToStateDict(Small("LSTM", tied: false).Graph);
        state["rnn.weight_hr_l0"] = Tensor.From<float>(new float[16], [1, 16]);
        QuantPSException error = Assert.Throws<QuantPSException>(() => s_words.FromStateDict(state));
        Assert.Contains("proj_size", error.Message);
    }

    [Fact]
    public void The_demonstration_is_one_lstm_that_a_state_dict_gives_again()
    {
        Architecture demonstration = Architectures.Find("lstm_for_demonstration");
        QuantModel model = demonstration.Create(2);
        StateDict state = StateDictLayout.ToStateDict(model.Graph);
        Assert.Equal(["lstm.weight_ih_l0", "lstm.weight_hh_l0", "lstm.bias_ih_l0", "lstm.bias_hh_l0"], state.Keys);
        Assert.Equal(model.Graph.ToString(), demonstration.FromStateDict(state).Graph.ToString());
        DynamicQuantizationResult result = DynamicQuantizer.Quantize(model, new());
        Assert.Equal(["lstm"], result.Modules);
        Assert.Equal(1, result.Share);
        using CompiledGraph compiled = CompiledGraph.Compile(result.Model.Graph, new CompileOptions());
        using RunBuffers buffers = compiled.CreateBuffers();
        buffers.Floats("input").Fill(0.5f);
        compiled.Run(buffers, 1, 20, cancel: TestContext.Current.CancellationToken);
        Assert.Equal(buffers.Results("lstm")[(19 * 8)..].ToArray(), buffers.Results(RecurrentStates.LastHidden).ToArray());
    }

    private static QuantModel Small(string cell, bool tied) => (s_words with
    {
        Options = new() { Language = new LanguageModelConfig { Cell = cell, EmbeddingSize = 16, HiddenSize = 16, Layers = 2, Tied = tied } },
    }).Create(3, classCount: 20);

    private static (float[] Output, float[][] States) Run(QuantModel model, long[] words, float[][]? states = null)
    {
        using CompiledGraph compiled = CompiledGraph.Compile(model.Graph, new CompileOptions { MaxLength = words.Length, Backend = model.Backend ?? QuantizationBackend.X86 });
        using RunBuffers buffers = compiled.CreateBuffers();
        words.CopyTo(buffers.Indices("input"));
        for (int i = 0; i < states?.Length; i++) states[i].CopyTo(buffers.Floats(i == 0 ? RecurrentStates.Hidden : RecurrentStates.Cell));
        compiled.Run(buffers, 1, words.Length, cancel: TestContext.Current.CancellationToken);
        float[][] last = [.. model.Graph.Outputs.Skip(1).Select(name => buffers.Results(name).ToArray())];
        return (buffers.Results("decoder").ToArray(), last);
    }
}
