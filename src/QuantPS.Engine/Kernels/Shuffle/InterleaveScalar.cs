using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class InterleaveScalar(InterleaveSpec spec) : InterleaveKernel(spec, InstructionSet.Scalar)
{
    protected override void Map(CodeMap map, byte* from, byte* to, int count) => MapCodesScalar.Run(map, from, to, count);
}
