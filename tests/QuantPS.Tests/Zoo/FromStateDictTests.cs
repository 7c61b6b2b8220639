using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Engine;
using QuantPS.Zoo;
using Xunit;

namespace QuantPS.Tests.Zoo;

public sealed class FromStateDictTests
{
    private static readonly Architecture s_architecture = Architectures.Find("cifar_resnet20");
    private static readonly QuantModel s_model = s_architecture.Create(5);

    [Fact]
    public void The_trained_network_for_CIFAR_10_loads_and_has_our_keys_in_our_order()
    {
        StateDict state = StateDictReader.Read(Repository.Shared("models/cifar10-resnet20.th"));
        QuantModel model = s_architecture.FromStateDict(state);
        Assert.Equal(269_722, model.ParameterCount);
        Assert.Equal(state.Keys, StateDictLayout.ToStateDict(model.Graph).Keys.Where(key => !key.EndsWith("num_batches_tracked")));
        Assert.True(((Tensor)state["conv1.weight"]!).Bytes.SequenceEqual(model.Graph.Constants["conv1.weight"].Bytes));
        Assert.Equal(ModelPrecision.Float32, model.Precision);
    }

    [Fact]
    public void Missing_unexpected_and_wrong_entries_are_listed_in_one_error()
    {
        StateDict state = StateDictLayout.ToStateDict(s_model.Graph);
        state.Remove("layer1.0.conv1.weight");
        state["extra.weight"] = Tensor.From([1f]);
        state["conv1.weight"] = Tensor.From<float>(new float[16 * 5 * 5 * 3], [16, 3, 5, 5]);
        state["bn1.bias"] = "text";
        var error = Assert.Throws<QuantPSException>(() => s_architecture.FromStateDict(state));
        Assert.Equal("StateDictMismatch", error.ErrorId);
        Assert.Equal(
            "The state dict does not fit cifar_resnet20. Missing keys (1): layer1.0.conv1.weight. Unexpected keys (1): extra.weight. " +
            "Wrong values (2): conv1.weight is 16x3x5x5 and should be 16x3x3x3, bn1.bias should be a tensor of 16.",
            error.Message);
    }

    [Fact]
    public void A_state_dict_of_another_architecture_is_an_error_that_does_not_list_hundreds_of_keys()
    {
        var error = Assert.Throws<QuantPSException>(
            () => Architectures.Find("resnet18").FromStateDict(StateDictLayout.ToStateDict(s_model.Graph)));
        Assert.Equal("StateDictMismatch", error.ErrorId);
        Assert.Contains("more.", error.Message);
        Assert.InRange(error.Message.Length, 100, 3000);
    }

    [Fact]
    public void Loading_an_int8_model_takes_less_memory_than_the_float_weights_would()
    {
        Architecture large = Architectures.Find("resnet18");
        QuantModel model = large.FromStateDict(StateDictLayout.ToStateDict(UncalibratedModels.Static(large.Create(1), QuantizationBackend.X86).Graph));
        StateDict state = StateDictLayout.ToStateDict(model.Graph);
        long before = GC.GetAllocatedBytesForCurrentThread();
        QuantModel loaded = large.FromStateDict(state);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1, loaded.FloatBytes!.Value / 10);
        Assert.InRange(loaded.FloatBytes!.Value, 46_000_000, 47_000_000);
    }

    [Fact]
    public void Absent_batch_counters_are_0()
    {
        StateDict state = StateDictLayout.ToStateDict(s_model.Graph);
        foreach (string key in state.Keys.Where(key => key.EndsWith("num_batches_tracked")).ToArray()) state.Remove(key);
        Assert.Equal(0L, s_architecture.FromStateDict(state).Graph.Constants["bn1.num_batches_tracked"].As<long>()[0]);
    }

    [Fact]
    public void The_number_of_classes_is_that_of_the_classifier()
    {
        foreach (QuantModel model in (QuantModel[])[
            s_architecture.Create(1, classCount: 7), UncalibratedModels.Static(s_architecture.Create(1, classCount: 7), QuantizationBackend.Qnnpack)])
        {
            QuantModel read = s_architecture.FromStateDict(StateDictLayout.ToStateDict(model.Graph), "mine");
            Assert.Equal([1, 7], read.Graph.InferTypes(1)[read.Graph.Output].Shape);
            Assert.Equal("mine", read.Name);
        }
    }

    [Theory]
    [InlineData("linear.weight", "linear.bias")] // Version 1.
    [InlineData("linear._packed_params.weight", "linear._packed_params.bias")] // Version 2.
    public void The_layouts_that_quantized_linear_layers_had_before_are_read(string weight, string bias)
    {
        QuantModel model = UncalibratedModels.Static(s_model, QuantizationBackend.X86);
        StateDict state = StateDictLayout.ToStateDict(model.Graph);
        var packed = (PythonTuple)state["linear._packed_params._packed_params"]!;
        state.Remove("linear._packed_params._packed_params");
        state.Remove("linear._packed_params.dtype");
        state.Add(weight, packed[0]);
        state.Add(bias, packed[1]);
        QuantModel read = s_architecture.FromStateDict(state);
        Assert.Equal(model.Graph.Lines(), read.Graph.Lines());
        Assert.Same(packed[0], read.Graph.Constants["linear.weight"]);
    }

    [Fact]
    public void Zeros_for_a_bias_that_there_is_not_are_read_as_a_bias()
    {
        QuantModel model = UncalibratedModels.Static(s_model, QuantizationBackend.Qnnpack, new() { Fuse = false });
        StateDict state = StateDictLayout.ToStateDict(model.Graph);
        state["conv1.bias"] = Tensor.From<float>(new float[16]);
        Graph graph = s_architecture.FromStateDict(state).Graph;
        Assert.Equal(["input.dequantize", "conv1.weight.dequantize", "conv1.bias"], graph.Find("conv1")!.Inputs);
    }

    [Fact]
    public void Other_float_types_become_float32()
    {
        StateDict state = StateDictLayout.ToStateDict(s_model.Graph);
        state["linear.bias"] = Tensor.From<double>([.. Enumerable.Range(0, 10)]);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], s_architecture.FromStateDict(state).Graph.Constants["linear.bias"].As<float>().ToArray());
    }

    [Fact]
    public void A_scale_that_cannot_be_is_an_error_that_names_it()
    {
        StateDict state = StateDictLayout.ToStateDict(UncalibratedModels.Static(s_model, QuantizationBackend.Qnnpack).Graph);
        state["layer3.2.add_relu.scale"] = Tensor.From([-1f], Shape.Scalar);
        state["quant.zero_point"] = Tensor.From([300L]);
        var error = Assert.Throws<QuantPSException>(() => s_architecture.FromStateDict(state));
        Assert.Contains("layer3.2.add_relu.scale is -1, and should be positive", error.Message);
        Assert.Contains("quant.zero_point is 300, and should be from 0 to 255", error.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_quantized_model_goes_through_a_file_unchanged(bool isDynamic)
    {
        using var folder = new TemporaryFolder();
        QuantModel model = isDynamic ? UncalibratedModels.Dynamic(s_model) : UncalibratedModels.Static(s_model, QuantizationBackend.X86);
        StateDictWriter.Write(StateDictLayout.ToStateDict(model.Graph), folder.At("model.pt"));
        StateDict state = StateDictReader.Read(folder.At("model.pt"));
        QuantModel read = s_architecture.FromStateDict(state);
        Assert.Equal(model.Graph.Lines(), read.Graph.Lines());
        Assert.All(model.Graph.Constants, constant => Assert.Equal(constant.Value.Type, read.Graph.Constants[constant.Key].Type));
        Assert.Equal(StateDictLayout.ToStateDict(model.Graph).Metadata, state.Metadata);
    }

    [Fact]
    public void A_classifier_for_other_inputs_does_not_make_the_network_larger()
    {
        StateDict state = StateDictLayout.ToStateDict(s_model.Graph);
        state["linear.weight"] = Tensor.From<float>(new float[5_000_000], [5_000_000, 1]);
        long before = GC.GetTotalAllocatedBytes();
        var error = Assert.Throws<QuantPSException>(() => s_architecture.FromStateDict(state));
        Assert.Contains("linear.weight is 5000000x1 and should be 10x64", error.Message);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 100_000_000);
    }
}
