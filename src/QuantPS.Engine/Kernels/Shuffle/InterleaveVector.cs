using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Two runs by the interleaving instructions that all processors have. The last vectors reach back over what is done.</summary>
internal sealed unsafe class InterleaveVector(InterleaveSpec spec, InstructionSet instructionSet, delegate*<CodeMap, byte*, byte*, int, void> map)
    : InterleaveKernel(spec, instructionSet)
{
    private const int Lanes = 16, FloatLanes = 4;

    protected override void Map(CodeMap codes, byte* from, byte* to, int count) => map(codes, from, to, count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override bool Zip(byte* a, byte* b, byte* to, int count)
    {
        if (count < Lanes) return false;
        for (int i = 0; i < count; i += Lanes)
        {
            int at = Math.Min(i, count - Lanes);
            Vector128<byte> x = Vector128.Load(a + at), y = Vector128.Load(b + at);
            bool isArm = AdvSimd.Arm64.IsSupported;
            Vector128.Store(isArm ? AdvSimd.Arm64.ZipLow(x, y) : Sse2.UnpackLow(x, y), to + 2 * at);
            Vector128.Store(isArm ? AdvSimd.Arm64.ZipHigh(x, y) : Sse2.UnpackHigh(x, y), to + 2 * at + Lanes);
        }
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override bool Zip(float* a, float* b, float* to, int count)
    {
        if (count < FloatLanes) return false;
        for (int i = 0; i < count; i += FloatLanes)
        {
            int at = Math.Min(i, count - FloatLanes);
            Vector128<float> x = Vector128.Load(a + at), y = Vector128.Load(b + at);
            bool isArm = AdvSimd.Arm64.IsSupported;
            Vector128.Store(isArm ? AdvSimd.Arm64.ZipLow(x, y) : Sse.UnpackLow(x, y), to + 2 * at);
            Vector128.Store(isArm ? AdvSimd.Arm64.ZipHigh(x, y) : Sse.UnpackHigh(x, y), to + 2 * at + FloatLanes);
        }
        return true;
    }
}
