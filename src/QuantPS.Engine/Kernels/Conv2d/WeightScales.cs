namespace QuantPS.Engine.Kernels;

/// <summary>The scales of weights, one for each output channel, in the single precision that kernels compute with.</summary>
internal static class WeightScales
{
    public static float[] Of(Tensor weight)
    {
        var scales = new float[weight.Shape[0]];
        for (int o = 0; o < scales.Length; o++) scales[o] = (float)weight.Quantization!.Scales[weight.Quantization.Axis is null ? 0 : o];
        return scales;
    }
}
