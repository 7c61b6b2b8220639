using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a pixel.</summary>
internal sealed unsafe class BatchNormScalar(BatchNormSpec spec) : Kernel("batch_norm", Float32, InstructionSet.Scalar)
{
    private readonly int _channels = spec.Output.Shape[1];

    public override int Grain => 1 + 16384 / _channels;

    public override int Units(int batch) => batch * (spec.Output.Elements / _channels);

    public override void Run(int first, int end, byte* scratch)
    {
        (float[] factor, float[] summand) = spec.Affine;
        for (int pixel = first; pixel < end; pixel++)
            for (int c = 0; c < _channels; c++)
            {
                long i = (long)pixel * _channels + c;
                spec.Output.Floats[(long)pixel * spec.Output.Pitch + c] = ClampScalar.Of(MathF.FusedMultiplyAdd(spec.Input.Floats[i], factor[c], summand[c]), spec.Low, spec.High);
            }
    }
}
