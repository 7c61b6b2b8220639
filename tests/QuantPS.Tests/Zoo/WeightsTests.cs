using QuantPS.Engine;
using QuantPS.Zoo;

namespace QuantPS.Tests.Zoo;

public sealed class WeightsTests
{
    [Fact]
    public void Every_entry_is_of_a_network_that_is_known_and_has_a_name_of_its_own()
    {
        Assert.All(WeightsCatalogue.All, weights =>
        {
            Architecture architecture = Architectures.Find(weights.Name);
            Assert.True(weights.Labels.IsEmpty || weights.Labels.Length == architecture.ClassCount);
            Assert.Equal(weights.Crop is null, architecture.Preprocessing.Crop is null);
            Assert.True(weights.Url is null || weights.Url.Scheme == Uri.UriSchemeHttps);
        });
        Assert.Distinct(WeightsCatalogue.All.Select(weights => (weights.Name, weights.Weights)));
        Assert.Distinct(WeightsCatalogue.All.Select(weights => weights.FileName));
    }

    [Fact]
    public void Every_network_has_one_default_among_its_float_weights_and_one_among_its_quantized_ones() =>
        Assert.All(WeightsCatalogue.All.GroupBy(weights => (weights.Name, weights.Backend)), group => Assert.Single(group, weights => weights.IsDefault));

    [Fact]
    public void All_quantized_weights_of_torchvision_are_there_with_the_float_ones_that_they_came_from()
    {
        PretrainedWeights[] quantized = [.. WeightsCatalogue.All.Where(weights => weights.Backend is not null)];

        Assert.Equal(14, quantized.Length);
        Assert.All(quantized, weights =>
        {
            Assert.Equal($"https://download.pytorch.org/models/quantized/{weights.FileName}", weights.Url!.ToString());
            Assert.Equal((weights.Name, null), (weights.Unquantized!.Name, weights.Unquantized.Backend));
            // The published differences run from 0.05 points more to 2.58 fewer.
            Assert.InRange(weights.FloatTop1!.Value - weights.Top1!.Value, -0.05, 2.59);
            Assert.InRange(weights.Top5!.Value, weights.Top1.Value, 100);
            // The file of MobileNet v3 holds the model that was trained, in float.
            Assert.InRange(weights.Unquantized.SizeMB!.Value / weights.SizeMB!.Value, weights.Name == "mobilenet_v3_large" ? 0.9 : 3.5, 4.5);
        });
    }

    [Theory]
    [InlineData("resnet50_fbgemm_bf931d71.pth", null)]
    [InlineData("resnet50_fbgemm-23753f79.pth", "23753f79")]
    [InlineData("shufflenetv2_x1-5666bf0f80.pth", "5666bf0f80")]
    [InlineData("resnet20-12fca82f.th", "12fca82f")]
    [InlineData("sample_net.pth", null)]
    public void Only_digits_after_a_hyphen_are_a_hash(string fileName, string? hash) =>
        Assert.Equal(hash, WeightsCatalogue.All.Single(weights => weights.FileName == fileName).Hash);

    [Theory]
    [InlineData("resnet50", true, null, "IMAGENET1K_FBGEMM_V2", 232, 224)]
    [InlineData("resnet50", true, "imagenet1k_fbgemm_v1", "IMAGENET1K_FBGEMM_V1", 256, 224)]
    [InlineData("resnet50", null, "IMAGENET1K_V1", "IMAGENET1K_V1", 256, 224)]
    [InlineData("mobilenet_v2", false, null, "IMAGENET1K_V2", 232, 224)]
    [InlineData("mobilenet_v2", true, "default", "IMAGENET1K_QNNPACK_V1", 256, 224)]
    [InlineData("cifar_resnet20", false, null, "CIFAR10", null, null)]
    public void Weights_are_found_by_name_else_the_default_and_bring_their_preprocessing(
        string network, bool? quantized, string? name, string expected, int? resize, int? crop)
    {
        Architecture architecture = Architectures.Find(network);

        PretrainedWeights weights = WeightsCatalogue.Find(architecture, quantized, name: name);

        Assert.Equal(expected, weights.Weights);
        QuantModel model = Architectures.Find("sample_net").Create(0) with { Preprocessing = architecture.Preprocessing };
        Assert.Equal(architecture.Preprocessing with { Resize = resize, Crop = crop }, weights.Describe(model).Preprocessing);
    }

    [Fact]
    public void A_file_is_told_by_its_name_also_by_the_older_one()
    {
        PretrainedWeights weights = WeightsCatalogue.All.First(weights => weights.OlderFileName is not null);
        Architecture architecture = Architectures.Find(weights.Name);

        Assert.Same(weights, WeightsCatalogue.OfFile(architecture, weights.FileName));
        Assert.Same(weights, WeightsCatalogue.OfFile(architecture, weights.OlderFileName!));
        Assert.Null(WeightsCatalogue.OfFile(architecture, "other.pth"));
    }

    [Theory]
    [InlineData(false, null, "IMAGENET1K_FBGEMM_V2", "float weights 'IMAGENET1K_FBGEMM_V2'")]
    [InlineData(null, QuantizationBackend.Qnnpack, "IMAGENET1K_V1", "qnnpack weights 'IMAGENET1K_V1'")]
    [InlineData(true, null, "IMAGENET1K_V9", "int8 weights 'IMAGENET1K_V9'")]
    public void Weights_that_are_not_published_are_an_error_that_lists_what_is(bool? quantized, QuantizationBackend? backend, string name, string said)
    {
        var error = Assert.Throws<QuantPSException>(() => WeightsCatalogue.Find(Architectures.Find("resnet50"), quantized, backend, name));

        Assert.Equal("WeightsUnknown", error.ErrorId);
        Assert.Contains($"There are no {said} of resnet50. There are: IMAGENET1K_FBGEMM_V1 (fbgemm), IMAGENET1K_FBGEMM_V2 (fbgemm)", error.Message);
    }

    [Theory]
    [InlineData("mobilenet_v2", QuantizationBackend.Qnnpack)]
    [InlineData("resnet18", QuantizationBackend.Fbgemm)]
    [InlineData("cifar_resnet20", QuantizationBackend.X86)]
    public void A_network_is_quantized_for_the_backend_of_its_published_weights(string name, QuantizationBackend backend) =>
        Assert.Equal(backend, WeightsCatalogue.BackendOf(Architectures.Find(name)));

    [Fact]
    public void Weights_for_another_backend_are_an_error_that_lists_what_there_is()
    {
        var error = Assert.Throws<QuantPSException>(() => WeightsCatalogue.Find(Architectures.Find("mobilenet_v2"), quantized: true, QuantizationBackend.Fbgemm));

        Assert.Equal("WeightsUnknown", error.ErrorId);
        Assert.Contains("IMAGENET1K_QNNPACK_V1 (qnnpack)", error.Message);
    }

    [Fact]
    public async Task The_hash_in_the_name_is_that_of_the_published_file()
    {
        using TemporaryFolder folder = new();
        PretrainedWeights weights = WeightsCatalogue.Find(Architectures.Find("cifar_resnet20"), quantized: false);
        var store = new WeightsStore(folder.Path);
        Assert.False(store.Has(weights));

        File.Copy(Repository.Shared("models/cifar10-resnet20.th"), folder.At(weights.FileName));

        Assert.True(store.Has(weights));
        Assert.Equal(folder.At(weights.FileName), await store.GetAsync(weights, cancel: TestContext.Current.CancellationToken));
        Assert.Equal(new FileInfo(store.PathOf(weights)).Length / 1e6, weights.SizeMB!.Value, 3);
    }

    [Fact]
    public void Untrained_int8_models_of_the_same_seed_are_the_same()
    {
        QuantModel model = Architectures.Find("sample_net").Create(3);

        string first = UntrainedModels.Quantize(model, QuantizationBackend.Qnnpack, 3, cancel: TestContext.Current.CancellationToken).ToString();

        Assert.Equal(first, UntrainedModels.Quantize(model, QuantizationBackend.Qnnpack, 3, cancel: TestContext.Current.CancellationToken).ToString());
        Assert.NotEqual(first, UntrainedModels.Quantize(model, QuantizationBackend.Qnnpack, 4, cancel: TestContext.Current.CancellationToken).ToString());
    }
}
