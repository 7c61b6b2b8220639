using System.Runtime.Intrinsics;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Which vectors take which channels of a depthwise convolution on an instruction set.</summary>
internal static class DepthwiseParts
{
    public static Kernel Avx2(QuantizedConvSpec spec) =>
        new QuantizedDepthwise(spec, InstructionSet.Avx2, On256<CodeLanesAvx2.Pairs>(spec, 0));

    public static Kernel AvxVnni(QuantizedConvSpec spec) =>
        new QuantizedDepthwise(spec, InstructionSet.AvxVnni, On256<CodeLanesAvx2.DotProduct>(spec, 0));

    /// <summary>Vectors of 512 bits; where few channels are left, of 256.</summary>
    public static Kernel Avx512BW(QuantizedConvSpec spec)
    {
        int chunk = CodeLanesAvx512.Bytes, channels = spec.Geometry.OutputChannels, wide = channels / chunk * chunk;
        if (wide > 0 && channels - wide > chunk / 2) wide = channels;
        var parts = new List<DepthwisePart>();
        if (wide > 0)
            parts.Add(new DepthwiseChunks<Vector512<int>, CodeLanesAvx512, CodeLanesAvx512.Pairs, CodeLanesAvx512.EvenAndOdd>(
                spec, 0, wide, manyRegisters: true));
        if (wide < channels) parts.Add(On256<CodeLanesAvx2.Pairs>(spec, wide, manyRegisters: true));
        return new QuantizedDepthwise(spec, InstructionSet.Avx512BW, [.. parts]);
    }

    private static DepthwisePart On256<TDot>(QuantizedConvSpec spec, int first, bool manyRegisters = false) where TDot : struct, ICodeDot<Vector256<int>> =>
        new DepthwiseChunks<Vector256<int>, CodeLanesAvx2, TDot, CodeLanesAvx2.EvenAndOdd>(spec, first, spec.Geometry.OutputChannels, manyRegisters);
}
