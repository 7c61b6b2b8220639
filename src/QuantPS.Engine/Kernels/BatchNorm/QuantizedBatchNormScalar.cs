using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a pixel.</summary>
internal sealed unsafe class QuantizedBatchNormScalar(QuantizedBatchNormSpec spec) : Kernel("batch_norm", Int8, InstructionSet.Scalar)
{
    private readonly int _channels = spec.Output.Shape[1];

    public override int Grain => 1 + 16384 / _channels;

    public override int Units(int batch) => batch * (spec.Output.Elements / _channels);

    public override void Run(int first, int end, byte* scratch)
    {
        (float[] factor, float[] summand) = spec.Affine;
        (int inputZero, int outputZero) = (spec.Input.Quantization!.ZeroPoint, spec.Output.Quantization!.ZeroPoint);
        for (int pixel = first; pixel < end; pixel++)
            for (int c = 0; c < _channels; c++)
            {
                long i = (long)pixel * _channels + c;
                float real = MathF.FusedMultiplyAdd(spec.Input.Address[i] - inputZero, factor[c], summand[c]);
                spec.Output.Address[(long)pixel * spec.Output.Pitch + c] = Codes.Quantize(real, 1, outputZero, spec.Range.Low, spec.Range.High);
            }
    }
}
