using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A clamp of codes where scale and zero point stay, else the table in registers.</summary>
internal sealed unsafe class MapCodesAvx512(MapCodesSpec spec) : ElementKernel("map_codes", Int8, InstructionSet.Avx512BW, spec.Output)
{
    public override void Run(int first, int end, byte* scratch) =>
        Run(spec.Map, spec.Input.Address + first, spec.Output.Address + first, end - first);

    public static void Run(CodeMap map, byte* from, byte* to, int count)
    {
        if (map.IsClamp) MapCodesAvx2.Run(map, from, to, count);
        else LookUpAvx512.Run(map.Table, from, to, count);
    }
}
