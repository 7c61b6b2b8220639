using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class ConcatAvx2(ConcatSpec spec) : ConcatKernel(spec, InstructionSet.Avx2)
{
    protected override void Map(CodeMap map, byte* from, byte* to, int count) => MapCodesAvx2.Run(map, from, to, count);
}
