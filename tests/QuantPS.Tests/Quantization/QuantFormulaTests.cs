using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Tests.Quantization;

public sealed class QuantFormulaTests
{
    // Worked by hand from the published formula: scale = (max - min) / codes, zero point = -rint(min / scale), zero within the range.
    [Theory]
    [InlineData(-1f, 3f, 255, 4f / 255, 64)]
    [InlineData(1f, 3f, 255, 3f / 255, 0)]
    [InlineData(-3f, -1f, 255, 3f / 255, 255)]
    [InlineData(-1f, 3f, 127, 4f / 127, 32)]
    [InlineData(-0.5f, 254.5f, 255, 1f, 0)]
    [InlineData(-1.5f, 253.5f, 255, 1f, 2)]
    [InlineData(0f, 0f, 255, 1.1920929e-7f, 0)]
    public void Affine_scales_and_zero_points_follow_the_observers_formula(float minimum, float maximum, int codes, float scale, int zeroPoint)
    {
        QuantParams result = QuantFormula.Affine(new QuantRange(minimum, maximum), codes);
        Assert.Equal((scale, zeroPoint), (result.Scale, result.ZeroPoint));
    }

    [Theory]
    [InlineData(-2f, 1f, 2f / 127.5f)]
    [InlineData(-1f, 2f, 2f / 127.5f)]
    [InlineData(0.5f, 2f, 2f / 127.5f)]
    [InlineData(0f, 0f, 1.1920929e-7f)]
    public void A_symmetric_scale_is_the_largest_magnitude_over_127_and_a_half(float minimum, float maximum, float scale) =>
        Assert.Equal(scale, QuantFormula.Symmetric(new QuantRange(minimum, maximum)));

    [Fact]
    public void The_range_of_values_is_right_at_every_length()
    {
        var random = new Random(1);
        for (int length = 1; length <= 256; length++)
        {
            float[] values = [.. Enumerable.Range(0, length).Select(_ => random.NextSingle() * 2 - 1)];
            Assert.Equal(new QuantRange(values.Min(), values.Max()), QuantRange.Of(values));
        }
        Assert.True(QuantRange.Of([]).IsEmpty);
    }

    [Fact]
    public void A_value_that_is_not_a_number_shows_in_the_range()
    {
        for (int place = 0; place < 40; place++)
        {
            var values = new float[40];
            values[place] = float.NaN;
            Assert.True(float.IsNaN(QuantRange.Of(values).Minimum), $"place {place}");
        }
    }

    [Fact]
    public void Each_channel_of_a_weight_gets_its_own_scale_and_codes_round_half_to_even()
    {
        Tensor weight = Tensor.From<float>([127.5f, 0.5f, 1.5f, -127.5f, 2.5f, 255f, 1f, -1f], [2, 4]);
        QuantParams perChannel = WeightQuantizer.Observe(weight, perChannel: true);
        Assert.Equal([1.0, 2.0], perChannel.Scales.ToArray());
        Assert.Equal([127, 0, 2, -128, 1, 127, 0, 0], WeightQuantizer.Quantize(weight, perChannel).As<sbyte>().ToArray());

        QuantParams perTensor = WeightQuantizer.Observe(weight, perChannel: false);
        Assert.Equal(2f, perTensor.Scale);
        Assert.Equal([64, 0, 1, -64, 1, 127, 0, 0], WeightQuantizer.Quantize(weight, perTensor).As<sbyte>().ToArray());
    }

    [Theory]
    [InlineData(QuantizationBackend.Fbgemm, 127, true)]
    [InlineData(QuantizationBackend.X86, 127, true)]
    [InlineData(QuantizationBackend.Onednn, 255, true)]
    [InlineData(QuantizationBackend.Qnnpack, 255, false)]
    public void Backends_have_the_default_qconfigs_of_PyTorch(QuantizationBackend backend, int maximumCode, bool perChannel)
    {
        QConfig qconfig = QConfig.For(backend);
        Assert.Equal((ObserverKind.Histogram, maximumCode, perChannel), (qconfig.Activation, qconfig.MaximumCode, qconfig.PerChannelWeights));
        Assert.Equal(ObserverKind.MovingAverageMinMax, QConfig.ForTraining(backend).Activation);
    }
}
