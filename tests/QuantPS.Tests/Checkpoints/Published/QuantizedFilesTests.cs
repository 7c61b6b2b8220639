using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Engine;
using QuantPS.Tests.Zoo;
using QuantPS.Zoo;
using Xunit;

namespace QuantPS.Tests.Checkpoints.Published;

/// <summary>Files of int8 weights in every layout that torchvision has published, made by the writer beside this file.</summary>
public sealed class QuantizedFilesTests
{
    [Theory]
    [InlineData(1, null)]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    [InlineData(3, 3)]
    public void A_file_of_every_version_loads_in_both_formats(int linearVersion, int? convolutionVersion)
    {
        TorchModules net = PublishedNetworks.ResNet18(linearVersion, convolutionVersion, tensors: linearVersion > 1);
        foreach (byte[] file in (byte[][])[net.State.Zip(), net.State.Legacy()])
        {
            QuantModel model = Load("resnet18", file);
            Assert.Equal((ModelPrecision.Int8, QuantizationBackend.X86), (model.Precision, model.Backend));
            Tensor weight = model.Graph.Constants["layer2.0.conv1.weight"];
            Assert.Equal([128, 64, 3, 3], weight.Shape);
            Assert.Equal((0, 0.0011, 0.0015), (weight.Quantization!.Axis, weight.Quantization.Scales[1], weight.Quantization.Scales[5]));
            sbyte[] codes = weight.As<sbyte>().ToArray();
            Assert.DoesNotContain(Enumerable.Range(1, codes.Length - 1), i => codes[i] != codes[i - 1] + 31 && codes[i] != codes[i - 1] + 31 - 255);
            Assert.Equal(0.05f, model.Graph.Constants["fc.bias"].As<float>()[5], 1e-6f);
            Assert.Equal((0.0375f, 57), (Parameters(model, "quant").Scale, Parameters(model, "quant").ZeroPoint));
        }
    }

    [Fact]
    public void What_a_file_of_the_present_layout_holds_is_written_with_its_keys_in_its_order()
    {
        TorchModules net = PublishedNetworks.ResNet18(linearVersion: 3);
        StateDict read = Read(net.State.Zip());
        StateDict written = StateDictLayout.ToStateDict(Architectures.Find("resnet18").FromStateDict(read).Graph);
        Assert.Equal(net.State.Keys, written.Keys);
        Assert.Equal(read.Metadata, written.Metadata);
    }

    [Theory]
    [InlineData("shufflenet_v2_x0_5")]
    [InlineData("mobilenet_v3_large")]
    public void Functionals_and_activations_have_their_scales_and_all_is_written_as_it_was(string name)
    {
        TorchModules net = name == "mobilenet_v3_large" ? PublishedNetworks.MobileNetV3(trained: false) : PublishedNetworks.ShuffleNetV2([48, 96, 192, 1024]);
        StateDict read = Read(net.State.Zip());
        QuantModel model = Architectures.Find(name).FromStateDict(read);
        StateDict written = StateDictLayout.ToStateDict(model.Graph);
        Assert.Equal(net.State.Keys, written.Keys);
        Assert.Equal(read.Metadata, written.Metadata);
        foreach ((string key, Tensor tensor) in read.Tensors.Where(entry => !entry.Key.Contains("skip_add")))
        {
            Assert.Equal(tensor.Type, ((Tensor)written[key]!).Type);
            Assert.True(tensor.Bytes.SequenceEqual(((Tensor)written[key]!).Bytes), key);
        }
    }

    [Fact]
    public void A_quantized_hardswish_without_its_numbers_is_an_error_that_names_them()
    {
        TorchModules net = PublishedNetworks.MobileNetV3(trained: false);
        foreach (string module in new[] { "features.0.2", "classifier.1" })
            foreach (string leaf in new[] { "scale", "zero_point" }) net.State.Remove($"{module}.{leaf}");
        var error = Assert.Throws<QuantPSException>(() => Load("mobilenet_v3_large", net.State.Zip()));
        Assert.Equal(
            "The state dict does not fit mobilenet_v3_large. Missing keys (4): features.0.2.scale, features.0.2.zero_point, classifier.1.scale, classifier.1.zero_point.",
            error.Message);
    }

    [Fact]
    public void Quantized_auxiliary_heads_are_dropped()
    {
        Architecture architecture = Architectures.Find("googlenet");
        StateDict whole = StateDictLayout.ToStateDict(UncalibratedModels.Unread(architecture.WithAuxiliaryHeads(), QuantizationBackend.Fbgemm));
        StateDict written = StateDictLayout.ToStateDict(architecture.FromStateDict(whole).Graph);
        Assert.Equal(whole.Keys.Where(key => !key.StartsWith("aux", StringComparison.Ordinal)), written.Keys);
        Assert.Equal(2 * 12, whole.Count - written.Count);
    }

    [Fact]
    public void A_file_that_lost_its_versions_loads()
    {
        TorchModules net = PublishedNetworks.ShuffleNetV2([48, 96, 192, 1024]);
        net.QuantizedLinear("fc", 1000, 1024, version: 2);
        net.State.Remove("fc._packed_params._packed_params");
        net.State.LoseVersions();
        Assert.Equal(ModelPrecision.Int8, Load("shufflenet_v2_x0_5", net.State.Zip()).Precision);
    }

    [Fact]
    public void Missing_and_unexpected_keys_and_wrong_shapes_are_listed_exactly()
    {
        TorchModules net = PublishedNetworks.ResNet18(linearVersion: 3);
        net.State.Remove("layer1.0.conv2.scale");
        net.State.Remove("layer1.0.add_relu.zero_point");
        net.State.Remove("fc._packed_params.dtype");
        net.Float("layer5.0.conv1.weight", 3);
        net.Float("layer1.1.conv1.bias", 63);
        var error = Assert.Throws<QuantPSException>(() => Load("resnet18", net.State.Zip()));
        Assert.Equal("StateDictMismatch", error.ErrorId);
        Assert.Equal(
            "The state dict does not fit resnet18. Missing keys (3): layer1.0.conv2.scale, layer1.0.add_relu.zero_point, fc._packed_params.dtype. " +
            "Unexpected keys (1): layer5.0.conv1.weight. Wrong values (1): layer1.1.conv1.bias is 63 and should be 64.",
            error.Message);
    }

    [Theory]
    [InlineData(1, "fc.bias")]
    [InlineData(2, "fc._packed_params.bias")]
    public void A_missing_bias_of_an_older_layout_is_named_as_that_layout_has_it(int version, string key)
    {
        TorchModules net = PublishedNetworks.ResNet18(version);
        net.State.Remove(key);
        var error = Assert.Throws<QuantPSException>(() => Load("resnet18", net.State.Zip()));
        Assert.Equal($"The state dict does not fit resnet18. Missing keys (1): {key}.", error.Message);
    }

    [Fact]
    public void Keys_of_any_length_make_a_short_error_without_control_characters()
    {
        TorchModules net = PublishedNetworks.ShuffleNetV2([48, 96, 192, 1024]);
        for (int i = 0; i < 1000; i++) net.Float($"{i}\u001B[2J{new string('k', 10_000)}", 1);
        var error = Assert.Throws<QuantPSException>(() => Load("shufflenet_v2_x0_5", net.State.Zip()));
        Assert.Contains("Unexpected keys (1000): 0\\u001B[2Jkkk", error.Message);
        Assert.EndsWith("and 980 more.", error.Message);
        Assert.InRange(error.Message.Length, 100, 6000);
        Assert.DoesNotContain('\u001B', error.Message);
    }

    [Fact]
    public void A_name_that_state_dicts_do_not_need_is_refused_before_anything_is_built()
    {
        foreach ((string module, string name) in new[] { ("os", "system"), ("torch.ao.nn.quantized", "Linear"), ("torch", "save") })
        {
            TorchModules net = PublishedNetworks.ShuffleNetV2([48, 96, 192, 1024]);
            net.State["fc._packed_params.dtype"] = pickle => pickle.Global(module, name);
            foreach (byte[] file in (byte[][])[net.State.Zip(), net.State.Legacy()])
            {
                QuantPSException error = CheckpointBuilder.ErrorOf(file);
                Assert.Equal("CheckpointUnsafe", error.ErrorId);
                Assert.Contains($"'{module}.{name}'", error.Message);
            }
        }
    }

    [Theory]
    [InlineData(0, 0, "has a scale that is not positive")]
    [InlineData(-0.5, 0, "has a scale that is not positive")]
    [InlineData(1e-60, 0, "has a scale that is not positive")]
    [InlineData(1e60, 0, "has a scale that is not positive")]
    [InlineData(0.5, 1000, "has a zero point beyond its codes")]
    public void A_weight_with_a_scale_or_a_zero_point_that_means_nothing_is_an_error(double scale, int zeroPoint, string problem)
    {
        TorchModules net = PublishedNetworks.ShuffleNetV2([48, 96, 192, 1024]);
        net.State["conv1.0.weight"] = pickle => pickle.Quantized([24, 3, 3, 3], new sbyte[24 * 27], quantizer =>
            quantizer.Tuple(q => q.Global("torch", "per_tensor_affine"), q => q.Float(scale), q => q.Int(zeroPoint)));
        var error = Assert.Throws<QuantPSException>(() => Load("shufflenet_v2_x0_5", net.State.Zip()));
        Assert.Contains($"conv1.0.weight {problem}", error.Message);
    }

    [Fact]
    public void A_dtype_other_than_qint8_is_an_error_that_names_it()
    {
        TorchModules net = PublishedNetworks.ShuffleNetV2([48, 96, 192, 1024]);
        net.State["fc._packed_params.dtype"] = pickle => pickle.Global("torch", "float16");
        var error = Assert.Throws<QuantPSException>(() => Load("shufflenet_v2_x0_5", net.State.Zip()));
        Assert.Contains("fc._packed_params.dtype is torch.float16, and only torch.qint8 is supported", error.Message);
    }

    private static QuantParams Parameters(QuantModel model, string node) => Assert.IsType<Quantize>(model.Graph.Find(node)).Parameters;

    private static StateDict Read(byte[] file) => StateDictReader.From(CheckpointBuilder.Read(file), CheckpointBuilder.Name);

    private static QuantModel Load(string architecture, byte[] file) => Architectures.Find(architecture).FromStateDict(Read(file));
}
