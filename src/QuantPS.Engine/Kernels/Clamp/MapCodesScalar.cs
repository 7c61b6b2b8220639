using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class MapCodesScalar(MapCodesSpec spec) : ElementKernel("map_codes", Int8, InstructionSet.Scalar, spec.Output)
{
    public override void Run(int first, int end, byte* scratch)
    {
        for (int i = first; i < end; i++) spec.Output.Address[i] = spec.Map[spec.Input.Address[i]];
    }
}
