using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Tests.Zoo;
using QuantPS.Zoo;
using Xunit;

namespace QuantPS.Tests.Checkpoints.Layout;

public sealed class StateDictLayoutTests
{
    private static readonly QuantModel s_mobileNet = Architectures.Find("mobilenet_v2").Create(1, classCount: 10);
    private static readonly QuantModel s_cifar = Architectures.Find("cifar_resnet20").Create(1);

    [Fact]
    public void A_float_model_has_the_keys_and_the_versions_of_torchvision()
    {
        StateDict state = StateDictLayout.ToStateDict(s_mobileNet.Graph);
        Assert.Equal(
            ["features.0.0.weight", "features.0.1.weight", "features.0.1.bias", "features.0.1.running_mean", "features.0.1.running_var",
             "features.0.1.num_batches_tracked", "features.1.conv.0.0.weight"],
            state.Keys.Take(7));
        Assert.Equal(["classifier.1.weight", "classifier.1.bias"], state.Keys.TakeLast(2));
        Assert.Equal(314, state.Count);
        Assert.Equal(s_mobileNet.Graph.Modules, state.Metadata.Keys);
        Assert.All(state.Metadata, module => Assert.Equal(s_mobileNet.Graph.Find(module.Key) is BatchNorm2d ? 2 : 1, module.Value));
    }

    [Fact]
    public void A_fused_int8_model_has_the_keys_the_kinds_and_the_versions_of_PyTorch()
    {
        StateDict state = StateDictLayout.ToStateDict(UncalibratedModels.Static(s_mobileNet, QuantizationBackend.Qnnpack).Graph);
        Assert.Equal(
            ["features.0.0.weight", "features.0.0.bias", "features.0.0.scale", "features.0.0.zero_point", "features.1.conv.0.0.weight"],
            state.Keys.Take(5));
        Assert.Equal(
            ["classifier.1.scale", "classifier.1.zero_point", "classifier.1._packed_params.dtype", "classifier.1._packed_params._packed_params",
             "quant.scale", "quant.zero_point"],
            state.Keys.TakeLast(6));
        // Convolutions, functionals (all 17, used or not), the linear layer and the stub.
        Assert.Equal(4 * 52 + 2 * 17 + 4 + 2, state.Count);

        Assert.Equal(ElementType.QInt8, Assert.IsType<Tensor>(state["features.0.0.weight"]).Element);
        AssertNumber(state["features.0.0.scale"], ElementType.Float32, Shape.Scalar, 0.02);
        AssertNumber(state["features.0.0.zero_point"], ElementType.Int64, Shape.Scalar, 1);
        AssertNumber(state["features.1.skip_add.scale"], ElementType.Float32, Shape.Scalar, 1);
        AssertNumber(state["features.1.skip_add.zero_point"], ElementType.Int64, Shape.Scalar, 0);
        AssertNumber(state["quant.scale"], ElementType.Float32, [1], 0.01);
        AssertNumber(state["quant.zero_point"], ElementType.Int64, [1], 0);
        Assert.Equal(DTypeReference.QInt8, state["classifier.1._packed_params.dtype"]);
        PythonTuple packed = Assert.IsType<PythonTuple>(state["classifier.1._packed_params._packed_params"]);
        Assert.Equal([10, 1280], Assert.IsType<Tensor>(packed[0]).Shape);
        Assert.Equal([10], Assert.IsType<Tensor>(packed[1]).Shape);

        Assert.Equal(
            ["classifier.1", "classifier.1._packed_params", "quant", "dequant"], state.Metadata.Keys.TakeLast(4));
        Assert.Equal([3, 3, 1, 1], state.Metadata.Values.TakeLast(4));
        Assert.Equal(1, state.Metadata["features.0.1"]);
    }

    [Fact]
    public void A_model_that_is_not_fused_keeps_its_normalizations_with_the_numbers_of_their_observers()
    {
        StateDict state = StateDictLayout.ToStateDict(
            UncalibratedModels.Static(s_mobileNet, QuantizationBackend.Qnnpack, new PlanOptions { Fuse = false }).Graph);
        Assert.Equal(
            ["features.0.0.weight", "features.0.0.bias", "features.0.0.scale", "features.0.0.zero_point",
             "features.0.1.weight", "features.0.1.bias", "features.0.1.running_mean", "features.0.1.running_var",
             "features.0.1.num_batches_tracked", "features.0.1.scale", "features.0.1.zero_point"],
            state.Keys.Take(11));
        Assert.Null(state["features.0.0.bias"]);
        AssertNumber(state["features.0.1.scale"], ElementType.Float32, [1], 0.03);
        AssertNumber(state["features.0.1.zero_point"], ElementType.Int32, [1], 2);
        Assert.Equal(2, state.Metadata["features.0.1"]);
    }

    [Fact]
    public void A_dynamic_model_has_packed_linear_layers_of_version_4_among_float_modules()
    {
        StateDict state = StateDictLayout.ToStateDict(UncalibratedModels.Dynamic(s_mobileNet).Graph);
        Assert.Equal(312 + 4, state.Count);
        Assert.Equal(
            ["classifier.1.scale", "classifier.1.zero_point", "classifier.1._packed_params.dtype", "classifier.1._packed_params._packed_params"],
            state.Keys.TakeLast(4));
        AssertNumber(state["classifier.1.scale"], ElementType.Float32, Shape.Scalar, 1);
        Assert.Equal((4L, 3L), (state.Metadata["classifier.1"], state.Metadata["classifier.1._packed_params"]));
    }

    private static readonly string[] s_skipped = ["features.4", "features.0.0", "layer1.1", "layer2.0.conv2", "linear"];

    public static TheoryData<string> Variants => ["float", "static", "per-channel", "not fused", "skipped", "dynamic"];

    [Theory, MemberData(nameof(Variants))]
    public void What_is_written_is_read_as_the_same_graph(string variant)
    {
        foreach (QuantModel model in (QuantModel[])[s_mobileNet, s_cifar])
        {
            QuantModel written = variant switch
            {
                "float" => model,
                "static" => UncalibratedModels.Static(model, QuantizationBackend.Qnnpack),
                "per-channel" => UncalibratedModels.Static(model, QuantizationBackend.X86),
                "not fused" => UncalibratedModels.Static(model, QuantizationBackend.Qnnpack, new PlanOptions { Fuse = false }),
                "skipped" => UncalibratedModels.Static(model, QuantizationBackend.X86,
                    new PlanOptions { SkipModules = [.. s_skipped.Where(model.Graph.Modules.Contains)] }),
                _ => UncalibratedModels.Dynamic(model),
            };
            QuantModel read = Architectures.Find(model.Architecture).FromStateDict(StateDictLayout.ToStateDict(written.Graph));
            Assert.Equal(written.Graph.Lines(), read.Graph.Lines());
            Assert.Equal(written.Graph.Modules, read.Graph.Modules);
            Assert.Equal(written.Graph.Output, read.Graph.Output);
            Assert.Equal(written.Graph.Constants.Keys.Order(), read.Graph.Constants.Keys.Order());
            foreach ((string name, Tensor constant) in written.Graph.Constants)
            {
                Assert.Equal(constant.Type, read.Graph.Constants[name].Type);
                Assert.True(constant.Bytes.SequenceEqual(read.Graph.Constants[name].Bytes), name);
            }
            Assert.Equal((written.Precision, written.Backend), (read.Precision, read.Backend));
        }
    }

    private static void AssertNumber(object? value, ElementType element, Shape shape, double number)
    {
        Tensor tensor = Assert.IsType<Tensor>(value);
        Assert.Equal((element, shape), (tensor.Element, tensor.Shape));
        Assert.Equal(number, tensor.ToFloats()[0], 1e-6);
    }
}
