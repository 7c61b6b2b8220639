using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a run of the innermost dimension.</summary>
internal sealed unsafe class CopyWindowScalar(CopyWindowSpec spec)
    : Kernel(spec.Name, spec.Output.Element == ElementType.Float32 ? Float32 : Int8, InstructionSet.Scalar)
{
    // A value of one dimension, the batch alone, has runs of one element.
    private readonly CopyAxis[] _axes = spec.Axes is [] ? [new(1, 1, 0, 1)] : spec.Axes;

    public override int Grain => 1 + 8192 / _axes[^1].OutputSize;

    public override int Units(int batch) => batch * (spec.Output.Elements / _axes[^1].OutputSize);

    public override void Run(int first, int end, byte* scratch)
    {
        int size = spec.ElementSize;
        CopyAxis inner = _axes[^1];
        int length = inner.OutputSize * size;
        for (int unit = first; unit < end; unit++)
        {
            byte* to = spec.Output.Address + (long)unit * length;
            byte* from = InputRun(unit);
            if (from is null) new Span<byte>(to, length).Fill(spec.Fill);
            else if (inner.Step == 1) CopyRun(from, to, inner, size);
            else
                for (int i = 0; i < inner.OutputSize; i++)
                    Buffer.MemoryCopy(from + (long)(inner.Offset + i * inner.Step) * size, to + (long)i * size, size, size);
        }
    }

    /// <summary>The run of the input that a run of the output copies; null where it lies outside.</summary>
    private byte* InputRun(int unit)
    {
        long position = 0, stride = _axes[^1].InputSize;
        for (int d = _axes.Length - 2; d >= 0; d--)
        {
            CopyAxis axis = _axes[d];
            (unit, int index) = Math.DivRem(unit, axis.OutputSize);
            int at = axis.Offset + index * axis.Step;
            if ((uint)at >= (uint)axis.InputSize) return null;
            position += at * stride;
            stride *= axis.InputSize;
        }
        return spec.Input.Address + (position + unit * stride) * spec.ElementSize;
    }

    private void CopyRun(byte* from, byte* to, CopyAxis inner, int size)
    {
        int start = Math.Max(0, -inner.Offset);
        int end = Math.Min(inner.OutputSize, inner.InputSize - inner.Offset);
        new Span<byte>(to, start * size).Fill(spec.Fill);
        Buffer.MemoryCopy(from + (long)(start + inner.Offset) * size, to + (long)start * size, (long)(end - start) * size, (long)(end - start) * size);
        new Span<byte>(to + (long)end * size, (inner.OutputSize - end) * size).Fill(spec.Fill);
    }
}
