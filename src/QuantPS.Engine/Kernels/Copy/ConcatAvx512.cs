using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class ConcatAvx512(ConcatSpec spec) : ConcatKernel(spec, InstructionSet.Avx512BW)
{
    protected override void Map(CodeMap map, byte* from, byte* to, int count) => MapCodesAvx512.Run(map, from, to, count);
}
