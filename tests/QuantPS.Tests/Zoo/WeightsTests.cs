using System.Security.Cryptography;
using QuantPS.Engine;
using QuantPS.Zoo;

namespace QuantPS.Tests.Zoo;

public sealed class WeightsTests
{
    [Fact]
    public void Every_entry_is_of_a_network_that_is_known_and_has_a_file_with_its_hash() => Assert.All(WeightsCatalogue.All, weights =>
    {
        Assert.Contains(weights.Name, Architectures.All.Select(architecture => architecture.Name));
        if (weights.Url is null) return;
        Assert.Equal(weights.FileName, weights.Url.Segments[^1]);
        Assert.Matches("^[0-9a-f]{8}$", weights.Hash);
        Assert.True(weights.Labels.IsEmpty || weights.Labels.Length == Architectures.Find(weights.Name).ClassCount);
    });

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
    public void The_hash_in_the_name_is_that_of_the_published_file()
    {
        using FileStream file = File.OpenRead(Repository.Shared("models/cifar10-resnet20.th"));

        Assert.StartsWith(WeightsCatalogue.Find(Architectures.Find("cifar_resnet20"), quantized: false).Hash, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    [Fact]
    public void A_published_file_in_the_folder_is_found()
    {
        using TemporaryFolder folder = new();
        PretrainedWeights weights = WeightsCatalogue.Find(Architectures.Find("cifar_resnet20"), quantized: false);
        var store = new WeightsStore(folder.Path);
        Assert.False(store.Has(weights));

        File.Copy(Repository.Shared("models/cifar10-resnet20.th"), folder.At(weights.FileName));

        Assert.True(store.Has(weights));
        Assert.Equal(folder.At(weights.FileName), store.Find(weights));
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
