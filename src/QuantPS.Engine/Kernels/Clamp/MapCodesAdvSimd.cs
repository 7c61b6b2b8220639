using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// A clamp of codes where scale and zero point stay, else the table, whose quarters lie in four registers each. The last vector reaches
/// back over codes that are done.
/// </summary>
internal sealed unsafe class MapCodesAdvSimd(MapCodesSpec spec) : ElementKernel("map_codes", Int8, InstructionSet.AdvSimd, spec.Output)
{
    private const int Lanes = 16;

    public override void Run(int first, int end, byte* scratch) =>
        Run(spec.Map, spec.Input.Address + first, spec.Output.Address + first, end - first);

    public static void Run(CodeMap map, byte* from, byte* to, int count)
    {
        if (map.IsClamp && count >= Lanes) Clamp(map.Range.Low, map.Range.High, from, to, count);
        else Run(map.Table, from, to, count);
    }

    /// <summary>Looks codes up.</summary>
    public static void Run(byte[] codes, byte* from, byte* to, int count)
    {
        if (count < Lanes) LookUpScalar.Run(codes, from, to, count);
        else
            fixed (byte* table = codes) LookUp(table, from, to, count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Clamp(byte lowest, byte highest, byte* from, byte* to, int count)
    {
        Vector128<byte> low = Vector128.Create(lowest), high = Vector128.Create(highest);
        for (int i = 0; i < count; i += Lanes)
        {
            int at = Math.Min(i, count - Lanes);
            AdvSimd.Store(to + at, AdvSimd.Min(high, AdvSimd.Max(low, AdvSimd.LoadVector128(from + at))));
        }
    }

    /// <summary>An index that is not in a quarter leaves the byte as it is, or gives 0 in the first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void LookUp(byte* table, byte* from, byte* to, int count)
    {
        var first = Quarter(table);
        var second = Quarter(table + 64);
        var third = Quarter(table + 128);
        var fourth = Quarter(table + 192);
        Vector128<byte> quarter = Vector128.Create((byte)64);
        for (int i = 0; i < count; i += Lanes)
        {
            int at = Math.Min(i, count - Lanes);
            Vector128<byte> index = AdvSimd.LoadVector128(from + at);
            Vector128<byte> codes = AdvSimd.Arm64.VectorTableLookup(first, index);
            codes = AdvSimd.Arm64.VectorTableLookupExtension(codes, second, index = AdvSimd.Subtract(index, quarter));
            codes = AdvSimd.Arm64.VectorTableLookupExtension(codes, third, index = AdvSimd.Subtract(index, quarter));
            codes = AdvSimd.Arm64.VectorTableLookupExtension(codes, fourth, AdvSimd.Subtract(index, quarter));
            AdvSimd.Store(to + at, codes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<byte>, Vector128<byte>, Vector128<byte>, Vector128<byte>) Quarter(byte* table) => (
        AdvSimd.LoadVector128(table), AdvSimd.LoadVector128(table + 16), AdvSimd.LoadVector128(table + 32), AdvSimd.LoadVector128(table + 48));
}
