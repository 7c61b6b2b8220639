using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Sixteen channels at a time, on x86 and on Arm. A unit is sixteen channels of a sample.</summary>
internal sealed unsafe class MeanVector(MeanSpec spec, InstructionSet instructionSet)
    : Kernel("mean", spec.Output.Element == ElementType.Float32 ? Float32 : Int8, instructionSet)
{
    private const int Lanes = 16;

    private readonly int _channels = spec.Input.Shape[1];
    private readonly int _blocks = (spec.Input.Shape[1] + Lanes - 1) / Lanes;
    private readonly int _pixels = spec.Input.Elements / spec.Input.Shape[1];

    public override int Grain => 1 + (1 << 14) / (_pixels * Lanes);

    public override int Units(int batch) => batch * _blocks;

    public override void Run(int first, int end, byte* scratch)
    {
        float* sums = stackalloc float[CascadeSum.Levels * Lanes];
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int block) = Math.DivRem(unit, _blocks);
            int channel = block * Lanes, count = Math.Min(Lanes, _channels - channel);
            long start = (long)sample * spec.Input.Elements + channel;
            new Span<float>(sums, CascadeSum.Levels * Lanes).Clear();
            if (spec.Input.Quantization is { } from) Sum(spec.Input.Address + start, from.Scale, from.ZeroPoint, sums);
            else Sum(spec.Input.Floats + start, sums);
            Store(sums, (long)sample * _channels + channel, count);
        }
    }

    private void Store(float* sums, long at, int count)
    {
        for (int c = 0; c < count; c++)
        {
            float sum = sums[c];
            for (int level = 1; level < CascadeSum.Levels; level++) sum += sums[level * Lanes + c];
            float mean = sum / _pixels;
            if (spec.Output.Quantization is { } to) spec.Output.Address[at + c] = Codes.Quantize(mean, 1 / to.Scale, to.ZeroPoint);
            else spec.Output.Floats[at + c] = mean;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Sum(byte* from, float scale, int zeroPoint, float* sums)
    {
        Vector128<float> factor = Vector128.Create(scale), a = default, b = default, c = default, d = default;
        Vector128<int> zero = Vector128.Create(zeroPoint);
        for (int i = 1; i <= _pixels; i++, from += _channels)
        {
            (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(Vector128.Load(from));
            a += factor * Centered(Vector128.WidenLower(low), zero);
            b += factor * Centered(Vector128.WidenUpper(low), zero);
            c += factor * Centered(Vector128.WidenLower(high), zero);
            d += factor * Centered(Vector128.WidenUpper(high), zero);
            if (CascadeSum.CarryAfter(i) is > 0 and int carry) Carry(sums, carry, ref a, ref b, ref c, ref d);
        }
        Keep(sums, a, b, c, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Sum(float* from, float* sums)
    {
        Vector128<float> a = default, b = default, c = default, d = default;
        for (int i = 1; i <= _pixels; i++, from += _channels)
        {
            a += Vector128.Load(from);
            b += Vector128.Load(from + 4);
            c += Vector128.Load(from + 8);
            d += Vector128.Load(from + 12);
            if (CascadeSum.CarryAfter(i) is > 0 and int carry) Carry(sums, carry, ref a, ref b, ref c, ref d);
        }
        Keep(sums, a, b, c, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Centered(Vector128<uint> codes, Vector128<int> zeroPoint) => Vector128.ConvertToSingle(codes.AsInt32() - zeroPoint);

    /// <summary>Adds the sums to those of the first level, and so on.</summary>
    private static void Carry(float* sums, int levels, ref Vector128<float> a, ref Vector128<float> b, ref Vector128<float> c, ref Vector128<float> d)
    {
        Keep(sums, a, b, c, d);
        for (int level = 0; level < levels; level++)
            for (int lane = 0; lane < Lanes; lane += 4)
            {
                float* lower = sums + level * Lanes + lane, upper = lower + Lanes;
                Vector128.Store(Vector128.Load(upper) + Vector128.Load(lower), upper);
                Vector128.Store(Vector128<float>.Zero, lower);
            }
        a = b = c = d = default;
    }

    private static void Keep(float* sums, Vector128<float> a, Vector128<float> b, Vector128<float> c, Vector128<float> d)
    {
        Vector128.Store(a, sums);
        Vector128.Store(b, sums + 4);
        Vector128.Store(c, sums + 8);
        Vector128.Store(d, sums + 12);
    }
}
