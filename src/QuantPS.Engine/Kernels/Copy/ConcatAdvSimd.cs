using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class ConcatAdvSimd(ConcatSpec spec) : ConcatKernel(spec, InstructionSet.AdvSimd)
{
    protected override void Map(CodeMap map, byte* from, byte* to, int count) => MapCodesAdvSimd.Run(map, from, to, count);
}
