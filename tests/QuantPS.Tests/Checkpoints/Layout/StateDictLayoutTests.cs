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

    public static TheoryData<string> Networks => [.. Architectures.All.Select(architecture => architecture.Name)
        .Where(name => !name.StartsWith("resnext", StringComparison.Ordinal) && !name.StartsWith("cifar", StringComparison.Ordinal))];

    [Theory, MemberData(nameof(Networks))]
    public void A_file_that_is_written_and_read_is_written_with_the_same_bytes(string name)
    {
        Architecture architecture = Architectures.Find(name);
        foreach (QuantizationBackend backend in new[] { QuantizationBackend.Qnnpack, QuantizationBackend.Fbgemm })
        {
            Graph graph = UncalibratedModels.Unread(architecture, backend);
            byte[] written = Write(StateDictLayout.ToStateDict(graph));
            StateDict state = StateDictReader.From(Checkpoint.Read(new MemoryStream(written), name), name);
            QuantModel read = architecture.FromStateDict(state);
            Assert.Equal(graph.Lines(), read.Graph.Lines());
            Assert.True(written.AsSpan().SequenceEqual(Write(state)));
            Assert.True(written.AsSpan().SequenceEqual(Write(StateDictLayout.ToStateDict(read.Graph))));
        }
    }

    [Theory]
    [InlineData("resnext101_32x8d")]
    [InlineData("resnext101_64x4d")]
    public void The_largest_networks_come_back_without_a_weight_read(string name)
    {
        Architecture architecture = Architectures.Find(name);
        Graph graph = UncalibratedModels.Unread(architecture, QuantizationBackend.Fbgemm);
        Graph read = architecture.FromStateDict(StateDictLayout.ToStateDict(graph)).Graph;
        Assert.Equal(graph.Lines(), read.Lines());
        Assert.All(read.Constants.Values.Where(constant => constant.Element == ElementType.QInt8), constant => Assert.True(constant.IsUnread));
    }

    // The order of blocks, functionals and stubs; that within blocks is the float networks', which their own tests hold.
    [Theory]
    [InlineData("googlenet", "inception3a.branch4.1.conv.zero_point", "inception3a.cat.scale", "inception3a.cat.zero_point", "inception3b.branch1.conv.weight")]
    [InlineData("inception_v3", "Mixed_6a.branch3x3dbl_3.conv.zero_point", "Mixed_6a.myop.scale", "Mixed_6a.myop.zero_point", "Mixed_6b.branch1x1.conv.weight")]
    [InlineData("inception_v3", "Mixed_7c.branch_pool.conv.zero_point", "Mixed_7c.myop1.scale", "Mixed_7c.myop1.zero_point", "Mixed_7c.myop2.scale",
        "Mixed_7c.myop2.zero_point", "Mixed_7c.myop3.scale", "Mixed_7c.myop3.zero_point", "fc.scale", "fc.zero_point", "fc._packed_params.dtype",
        "fc._packed_params._packed_params", "quant.scale", "quant.zero_point")]
    [InlineData("resnext101_64x4d", "layer4.2.conv3.zero_point", "layer4.2.skip_add_relu.scale", "layer4.2.skip_add_relu.zero_point", "fc.scale")]
    public void Functionals_stand_at_the_end_of_their_blocks(string name, params string[] keys)
    {
        StateDict state = StateDictLayout.ToStateDict(UncalibratedModels.Unread(Architectures.Find(name), QuantizationBackend.Fbgemm));
        Assert.Equal(keys, state.Keys.SkipWhile(key => key != keys[0]).Take(keys.Length));
    }

    private static byte[] Write(StateDict state)
    {
        using var stream = new MemoryStream();
        StateDictWriter.Write(state, stream);
        return stream.ToArray();
    }

    private static void AssertNumber(object? value, ElementType element, Shape shape, double number)
    {
        Tensor tensor = Assert.IsType<Tensor>(value);
        Assert.Equal((element, shape), (tensor.Element, tensor.Shape));
        Assert.Equal(number, tensor.ToFloats()[0], 1e-6);
    }
}
