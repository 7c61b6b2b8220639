using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class LookUpAdvSimd(LookUpSpec spec) : ElementKernel(spec.Name, Int8, InstructionSet.AdvSimd, spec.Output)
{
    public override void Run(int first, int end, byte* scratch) =>
        MapCodesAdvSimd.Run(spec.Table, spec.Input.Address + first, spec.Output.Address + first, end - first);
}
