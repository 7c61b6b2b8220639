using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class MapCodesScalar(MapCodesSpec spec) : ElementKernel("map_codes", Int8, InstructionSet.Scalar, spec.Output)
{
    public override void Run(int first, int end, byte* scratch) =>
        Run(spec.Map, spec.Input.Address + first, spec.Output.Address + first, end - first);

    public static void Run(CodeMap map, byte* from, byte* to, int count) => LookUpScalar.Run(map.Table, from, to, count);
}
