using QuantPS.Analysis;
using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Tests.Zoo;
using QuantPS.Zoo;
using Xunit;

namespace QuantPS.Tests.Analysis;

public sealed class ModelSizeTests
{
    private static readonly QuantModel s_mobileNet = Architectures.Find("mobilenet_v2").Create(1);

    [Fact]
    public void MobileNet_v2_in_float_has_the_size_of_PyTorchs_file() => AssertSize(14.242, s_mobileNet);

    [Fact]
    public void Fused_with_one_scale_a_tensor_it_has_the_size_of_PyTorchs_file() =>
        AssertSize(3.614, UncalibratedModels.Static(s_mobileNet, QuantizationBackend.Qnnpack));

    [Fact]
    public void Fused_with_a_scale_a_channel_it_has_the_size_of_PyTorchs_file() =>
        AssertSize(3.923, UncalibratedModels.Static(s_mobileNet, QuantizationBackend.Fbgemm));

    [Fact]
    public void Not_fused_it_has_the_size_of_PyTorchs_file() =>
        AssertSize(3.895, UncalibratedModels.Static(s_mobileNet, QuantizationBackend.Qnnpack, new PlanOptions { Fuse = false }));

    [Fact]
    public void With_a_dynamic_classifier_it_has_the_size_of_PyTorchs_file() => AssertSize(10.40, UncalibratedModels.Dynamic(s_mobileNet));

    [Fact]
    public void The_size_is_the_length_of_the_file_that_is_written()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "tmp.pt");
        QuantModel model = UncalibratedModels.Static(Architectures.Find("cifar_resnet20").Create(1), QuantizationBackend.Fbgemm);
        StateDictWriter.Write(StateDictLayout.ToStateDict(model.Graph), path);
        Assert.Equal(new FileInfo(path).Length, ModelSize.Of(model).Bytes);
    }

    [Fact]
    public void The_ratio_is_against_the_float_model_also_for_a_model_that_was_read()
    {
        Architecture architecture = Architectures.Find("cifar_resnet20");
        QuantModel model = architecture.Create(1, classCount: 4);
        ModelSize floatSize = ModelSize.Of(model);
        Assert.Equal(1, floatSize.Ratio);
        QuantModel int8 = UncalibratedModels.Static(model, QuantizationBackend.Qnnpack);
        QuantModel read = architecture.FromStateDict(StateDictLayout.ToStateDict(int8.Graph));
        Assert.Equal(floatSize.Bytes / (double)ModelSize.Of(int8).Bytes, ModelSize.Of(read).Ratio!.Value, 1e-12);
        Assert.True(ModelSize.Of(read).Ratio > 3.2);
    }

    [Fact]
    public void Each_module_has_a_row_with_the_bytes_of_its_tensors()
    {
        ModelSize size = ModelSize.Of(UncalibratedModels.Static(s_mobileNet, QuantizationBackend.Fbgemm));
        ModuleSize linear = Assert.Single(size.Modules, module => module.Module == "classifier.1");
        // Codes, a double scale and an int64 zero point a row, float biases, and the output's scale and zero point.
        Assert.Equal(1_280_000 + 1000 * 16 + 1000 * 4 + 4 + 8, linear.Bytes);
        Assert.Equal((1_281_000, ModelPrecision.Int8), (linear.ParameterCount, linear.Precision));
        Assert.All(size.Modules, module => Assert.Equal(ModelPrecision.Int8, module.Precision));
        Assert.DoesNotContain(size.Modules, module => module.Module is "features.0.1" or "dequant" or "classifier.1._packed_params");
        Assert.Equal(size.ParameterCount, size.Modules.Sum(module => module.ParameterCount));
        Assert.InRange(size.Modules.Sum(module => module.Bytes), 0.9 * size.Bytes, size.Bytes);
    }

    [Fact]
    public void The_sample_network_is_a_file_of_at_most_one_megabyte() =>
        Assert.InRange(ModelSize.Of(Architectures.Find("sample_net").Create(1)).SizeMB, 0.5, 1);

    private static void AssertSize(double megabytes, QuantModel model) =>
        Assert.InRange(ModelSize.Of(model).SizeMB, 0.995 * megabytes, 1.005 * megabytes);
}
