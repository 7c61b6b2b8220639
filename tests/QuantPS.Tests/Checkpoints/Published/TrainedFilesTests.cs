using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Engine;
using QuantPS.Zoo;
using Xunit;

namespace QuantPS.Tests.Checkpoints.Published;

/// <summary>Files of networks in quantization-aware training, as torchvision publishes MobileNet v3: they are converted once they are read.</summary>
public sealed class TrainedFilesTests
{
    [Theory]
    [InlineData(false, 2, QuantizationBackend.Qnnpack)]
    [InlineData(true, 2, QuantizationBackend.X86)]
    [InlineData(false, 1, QuantizationBackend.Qnnpack)]
    public void A_trained_network_becomes_int8_with_the_ranges_that_it_saw(bool perChannel, int version, QuantizationBackend backend)
    {
        TorchModules net = PublishedNetworks.TrainedMobileNetV2(perChannel, version);
        foreach (byte[] file in (byte[][])[net.State.Zip(), net.State.Legacy()])
        {
            QuantModel model = Load(file);
            Assert.Equal((ModelPrecision.Int8, backend, 1.0), (model.Precision, model.Backend, model.QuantizedFraction));
            // (1.5 + 2.25) / 255, and rint(1.5 / scale).
            Assert.Equal("scale 0.0147059, zero point 102", Parameters(model, "quant").ToString());
            // max(0.25, 0.125) / 127.5, and the second channel's 0.3125 / 127.5.
            QuantParams weight = model.Graph.Constants["features.0.0.weight"].Quantization!;
            Assert.Equal(perChannel ? 32 : 1, weight.Scales.Length);
            Assert.Equal(0.25f / 127.5f, weight.Scales[0]);
            if (perChannel) Assert.Equal(0.3125f / 127.5f, weight.Scales[1]);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void MobileNet_v3_is_converted_from_the_file_that_holds_it_in_training(int squeezeVersion)
    {
        TorchModules net = PublishedNetworks.MobileNetV3(trained: true, squeezeVersion);
        QuantModel model = Load(net.State.Zip(), "mobilenet_v3_large");
        Assert.Equal((ModelPrecision.Int8, QuantizationBackend.Qnnpack, 1.0), (model.Precision, model.Backend, model.QuantizedFraction));
        // (0.375 + 5.625) / 255, and rint(0.375 / scale); a hardsigmoid's scale is its own, whatever training set.
        Assert.Equal("scale 0.0235294, zero point 16", Parameters(model, "features.0.2.quantize").ToString());
        Assert.Equal("scale 0.00390625, zero point 0", Parameters(model, "features.4.block.2.scale_activation.quantize").ToString());
        StateDict int8 = StateDictLayout.ToStateDict(model.Graph);
        TorchStateDict expected = PublishedNetworks.MobileNetV3(trained: false).State;
        Assert.Equal(expected.Keys, int8.Keys);
        Assert.Equal(Read(expected.Zip()).Metadata, int8.Metadata);
    }

    [Fact]
    public void Codes_and_biases_are_those_of_the_folded_weights()
    {
        TorchModules net = PublishedNetworks.TrainedMobileNetV2(perChannel: false);
        StateDict state = Read(net.State.Zip());
        Graph graph = Load(net.State.Zip()).Graph;
        float At(string key, int index) => ((Tensor)state[key]!).As<float>()[index];
        for (int channel = 0; channel < 32; channel++)
        {
            float inverse = 1f / MathF.Sqrt(1.25f + 1e-5f);
            float weight = At("features.0.0.weight", channel * 27 + 4) * (At("features.0.0.bn.weight", channel) * inverse);
            float code = Math.Clamp(MathF.Round(weight * (1f / (0.25f / 127.5f))), -128, 127);
            Assert.Equal(code, graph.Constants["features.0.0.weight"].As<sbyte>()[channel * 27 + 4]);
            float bias = -At("features.0.0.bn.running_mean", channel) * inverse * At("features.0.0.bn.weight", channel) + At("features.0.0.bn.bias", channel);
            Assert.Equal(bias, graph.Constants["features.0.0.bias"].As<float>()[channel], 1e-6f);
        }
    }

    [Fact]
    public void Codes_stop_at_127_where_the_recorded_scale_says_so()
    {
        TorchModules net = PublishedNetworks.TrainedMobileNetV2(perChannel: true);
        net.Number("quant.activation_post_process.scale", 3.75f / 127, 1);
        QuantModel model = Load(net.State.Zip());
        Assert.Equal("scale 0.0295276, zero point 51", Parameters(model, "quant").ToString());
    }

    [Fact]
    public void A_weight_that_is_still_observed_moves_the_range_once_more()
    {
        TorchModules net = PublishedNetworks.TrainedMobileNetV2(perChannel: false);
        net.Number("classifier.1.weight_fake_quant.observer_enabled", (byte)1, 1);
        float smallest = ((Tensor)Read(net.State.Zip())["classifier.1.weight"]!).As<float>().ToArray().Min();
        float expected = -(-0.25f + 0.01f * (smallest - -0.25f)) / 127.5f;
        Assert.Equal(expected, Load(net.State.Zip()).Graph.Constants["classifier.1.weight"].Quantization!.Scale, 1e-9f);
    }

    [Fact]
    public void Missing_and_unexpected_keys_are_those_of_the_file()
    {
        TorchModules net = PublishedNetworks.TrainedMobileNetV2(perChannel: false);
        net.State.Remove("features.3.conv.1.0.bn.running_var");
        net.State.Remove("features.18.0.weight_fake_quant.activation_post_process.max_val");
        net.State.Remove("features.2.skip_add.activation_post_process.scale");
        net.Float("features.3.conv.1.1.running_var", 144);
        var error = Assert.Throws<QuantPSException>(() => Load(net.State.Zip()));
        Assert.Equal("StateDictMismatch", error.ErrorId);
        Assert.Equal(
            "The state dict does not fit mobilenet_v2. Missing keys (3): features.3.conv.1.0.bn.running_var, " +
            "features.18.0.weight_fake_quant.activation_post_process.max_val, features.2.skip_add.activation_post_process.scale. " +
            "Unexpected keys (1): features.3.conv.1.1.running_var.",
            error.Message);
    }

    [Fact]
    public void A_quantizer_that_saw_nothing_is_an_error_that_names_it()
    {
        TorchModules net = PublishedNetworks.TrainedMobileNetV2(perChannel: false);
        net.Number("classifier.1.activation_post_process.activation_post_process.min_val", float.PositiveInfinity);
        var error = Assert.Throws<QuantPSException>(() => Load(net.State.Zip()));
        Assert.Equal(
            "The state dict does not fit mobilenet_v2. Wrong values (1): classifier.1.activation_post_process.activation_post_process.min_val holds no range: " +
            "nothing has run through the network since it was prepared.",
            error.Message);
    }

    private static QuantParams Parameters(QuantModel model, string node) => Assert.IsType<Quantize>(model.Graph.Find(node)).Parameters;

    private static StateDict Read(byte[] file) => StateDictReader.From(CheckpointBuilder.Read(file), CheckpointBuilder.Name);

    private static QuantModel Load(byte[] file, string architecture = "mobilenet_v2") => Architectures.Find(architecture).FromStateDict(Read(file));
}
