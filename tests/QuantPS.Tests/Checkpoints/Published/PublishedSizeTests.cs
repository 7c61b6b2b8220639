using QuantPS.Checkpoints.Layout;
using QuantPS.Engine;
using QuantPS.Tests.Zoo;
using QuantPS.Zoo;
using Xunit;

namespace QuantPS.Tests.Checkpoints.Published;

public sealed class PublishedSizeTests
{
    private const double Mebibyte = 1 << 20;

    [Theory]
    [InlineData("mobilenet_v2", QuantizationBackend.Qnnpack, 3.423)]
    [InlineData("resnet18", QuantizationBackend.Fbgemm, 11.238)]
    [InlineData("resnet50", QuantizationBackend.Fbgemm, 24.759)]
    [InlineData("resnet50", QuantizationBackend.Fbgemm, 24.953)]
    [InlineData("resnext101_32x8d", QuantizationBackend.Fbgemm, 86.034)]
    [InlineData("resnext101_32x8d", QuantizationBackend.Fbgemm, 86.645)]
    [InlineData("resnext101_64x4d", QuantizationBackend.Fbgemm, 81.556)]
    [InlineData("inception_v3", QuantizationBackend.Fbgemm, 23.1)]
    [InlineData("shufflenet_v2_x0_5", QuantizationBackend.Fbgemm, 1.501)]
    [InlineData("shufflenet_v2_x1_5", QuantizationBackend.Fbgemm, 3.672)]
    [InlineData("shufflenet_v2_x2_0", QuantizationBackend.Fbgemm, 7.467)]
    public void A_saved_int8_network_is_as_long_as_the_published_file(string name, QuantizationBackend backend, double published)
    {
        double bytes = StateDictLayout.Measure(UncalibratedModels.Unread(Architectures.Find(name), backend));
        Assert.InRange(bytes / (published * Mebibyte), 0.98, 1.02);
    }

    // The published file holds the auxiliary heads, which are nearly half of it.
    [Fact]
    public void GoogLeNet_is_as_long_with_the_heads_that_loading_drops()
    {
        Architecture whole = Architectures.Find("googlenet").WithAuxiliaryHeads();
        Assert.InRange(StateDictLayout.Measure(UncalibratedModels.Unread(whole, QuantizationBackend.Fbgemm)) / (12.618 * Mebibyte), 0.98, 1.02);
        Assert.InRange(StateDictLayout.Measure(UncalibratedModels.Unread(Architectures.Find("googlenet"), QuantizationBackend.Fbgemm)) / 1e6, 6.8, 6.9);
    }

    // The first files were published in the format before PyTorch 1.6, with the scales and zero points of channels as lists within the pickle:
    // 9 and 2 bytes a channel. Since then they are tensors of 8 bytes each, and a zip archive spends some 330 bytes on each of its 340
    // tensors. Together these are 4 % of the smallest of those files, ShuffleNet x1.0, and lost in the larger ones.
    [Fact]
    public void The_oldest_files_are_as_long_as_these_networks_in_the_layout_of_that_time()
    {
        Assert.InRange(PublishedNetworks.ResNet18(linearVersion: 2, tensors: false).State.Legacy().Length / (11.238 * Mebibyte), 0.999, 1.001);
        Assert.InRange(
            PublishedNetworks.ShuffleNetV2([116, 232, 464, 1024], linearVersion: 2, tensors: false).State.Legacy().Length / (2.334 * Mebibyte), 0.999, 1.001);
        double bytes = StateDictLayout.Measure(UncalibratedModels.Unread(Architectures.Find("shufflenet_v2_x1_0"), QuantizationBackend.Fbgemm));
        Assert.InRange(bytes / (2.334 * Mebibyte), 1.03, 1.05);
    }

    [Fact]
    public void MobileNet_v3_in_training_is_as_long_as_the_published_file() =>
        Assert.InRange(PublishedNetworks.MobileNetV3(trained: true, squeezeVersion: 1).State.Zip().Length / (21.554 * Mebibyte), 0.98, 1.02);
}
