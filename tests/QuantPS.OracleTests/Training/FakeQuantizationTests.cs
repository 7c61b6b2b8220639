using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Torch;
using QuantPS.Torch.Network;
using QuantPS.Torch.Quantization;
using TorchSharp;

namespace QuantPS.OracleTests.Training;

public sealed class FakeQuantizationTests
{
    [Theory]
    [InlineData(255, -1.5f, 4)]
    [InlineData(127, -1.5f, 4)]
    [InlineData(255, 0, 3)]
    [InlineData(127, -2, 0)]
    public void Activations_get_the_values_and_gradients_of_libtorch(int maximumCode, float minimum, float maximum)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.manual_seed(7);
        var quantizer = new ActivationFakeQuantizer(maximumCode);
        quantizer.Apply(torch.tensor((float[])[minimum, maximum]), observe: true);
        torch.Tensor values = torch.randn(4, 5, 40, 50) * 3, weights = torch.randn(4, 5, 40, 50);

        torch.Tensor ours = values.clone().requires_grad_();
        torch.Tensor result = quantizer.Apply(ours, observe: false);
        (result * weights).sum().backward();
        torch.Tensor theirs = values.clone().requires_grad_();
        var parameters = QuantFormula.Affine(new QuantRange(minimum, maximum), maximumCode);
        torch.Tensor expected = LibtorchFakeQuantize.Activation(theirs, parameters, maximumCode);
        (expected * weights).sum().backward();

        Assert.Equal(0, result.ne(expected).sum().item<long>());
        Assert.Equal(0, ours.grad!.ne(theirs.grad!).sum().item<long>());
        Assert.InRange(ours.grad!.eq(0).sum().item<long>(), 1, values.numel() - 1);
    }

    [Theory]
    [InlineData(QuantizationBackend.Qnnpack)]
    [InlineData(QuantizationBackend.Fbgemm)]
    public void Weights_get_the_values_of_libtorch_and_those_of_the_conversion(QuantizationBackend backend)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.manual_seed(8);
        QConfig qconfig = QConfig.ForTraining(backend);
        torch.Tensor weight = torch.randn(16, 8, 3, 3);
        weight[3] = 0;

        torch.Tensor result = new WeightFakeQuantizer(qconfig.PerChannelWeights).Apply(weight, observe: true);

        Assert.Equal(0, result.ne(LibtorchFakeQuantize.Weight(weight, qconfig.PerChannelWeights)).sum().item<long>());
        Tensor managed = TensorTransfer.ToManaged(weight);
        Assert.Equal(WeightQuantizer.Quantize(managed, WeightQuantizer.Observe(managed, qconfig.PerChannelWeights)).ToFloats(), result.data<float>().ToArray());
    }

    [Fact]
    public void A_fixed_scale_rounds_by_all_codes_and_observes_nothing()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.manual_seed(9);
        var parameters = QuantParams.PerTensor(1 / 256.0, 0);
        var plan = new QuantizationPlan([], ImmutableDictionary<string, string>.Empty, ImmutableDictionary<string, string>.Empty)
        {
            Fixed = ImmutableDictionary<string, QuantParams>.Empty.Add("gate", parameters),
        };
        var fake = new FakeQuantization(plan, QConfig.ForTraining(QuantizationBackend.Fbgemm));
        torch.Tensor gate = torch.rand(1000) * 1.2f - 0.1f;

        torch.Tensor result = fake.Activation("gate", gate, new ForwardMode(Training: true, BatchStatistics: true, Observe: true));

        Assert.Equal(0, result.ne(LibtorchFakeQuantize.Activation(gate, parameters, 255)).sum().item<long>());
        Assert.Empty(fake.Capture());
    }

    [Fact]
    public void Nothing_is_rounded_before_anything_is_observed()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor value = torch.randn(100);

        Assert.Same(value, new ActivationFakeQuantizer(255).Apply(value, observe: false));
    }

    [Fact]
    public void Nan_stays_nan()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        var quantizer = new ActivationFakeQuantizer(255);
        quantizer.Apply(torch.tensor((float[])[-1, 1]), observe: true);

        Assert.True(float.IsNaN(quantizer.Apply(torch.tensor((float[])[0.5f, float.NaN]), observe: false)[1].item<float>()));
    }
}
