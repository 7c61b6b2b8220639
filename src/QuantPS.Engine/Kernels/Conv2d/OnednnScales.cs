namespace QuantPS.Engine.Kernels;

/// <summary>
/// Scales as PyTorch hands them to oneDNN: inverted in double, and back in float, whereby some change in the last place (qconv.cpp and
/// qlinear.cpp: "Scales of ONEDNN and PyTorch are reciprocal"; ideep's conv.hpp and matmul.hpp).
/// </summary>
internal static class OnednnScales
{
    /// <summary>The scale of an input or an output.</summary>
    public static float Of(double scale) => 1 / (float)(1 / scale);

    /// <summary>The scales of the weights of a linear layer (qlinear_prepack.cpp); those of a convolution arrive as they are (qconv_prepack.cpp).</summary>
    public static float[] OfLinear(Tensor weight) => weight.Quantization!.Axis is null
        ? Array.ConvertAll(WeightScales.Of(weight), _ => Of(weight.Quantization.Scales[0]))
        : Array.ConvertAll(WeightScales.Of(weight), scale => Of(scale));
}
