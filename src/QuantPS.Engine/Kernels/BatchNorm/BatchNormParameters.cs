namespace QuantPS.Engine.Kernels;

/// <summary>The parameters of a batch norm, and what kernels make of them, in the precision of each step of PyTorch's code.</summary>
internal sealed record BatchNormParameters(float[] Weight, float[] Bias, float[] Mean, float[] Variance, float Epsilon)
{
    /// <summary>As in aten/src/ATen/native/cpu/batch_norm_kernel.cpp.</summary>
    public ChannelAffine ForFloats()
    {
        (float[] factor, float[] summand) = (new float[Weight.Length], new float[Weight.Length]);
        for (int c = 0; c < factor.Length; c++)
        {
            factor[c] = Weight[c] * (1 / MathF.Sqrt(Variance[c] + Epsilon));
            summand[c] = Bias[c] - Mean[c] * factor[c];
        }
        return new(factor, summand);
    }

    /// <summary>As <c>compute_fused_params</c> in aten/src/ATen/native/quantized/cpu/Normalization.cpp.</summary>
    public ChannelAffine ForCodes(double inputScale, double outputScale)
    {
        (float[] factor, float[] summand) = (new float[Weight.Length], new float[Weight.Length]);
        for (int c = 0; c < factor.Length; c++)
        {
            float inverseSigma = (float)(1.0 / MathF.Sqrt(Variance[c] + Epsilon));
            factor[c] = (float)((double)(inverseSigma * Weight[c]) * (inputScale / outputScale));
            summand[c] = (float)((double)(Bias[c] - Mean[c] * inverseSigma * Weight[c]) / outputScale);
        }
        return new(factor, summand);
    }
}
