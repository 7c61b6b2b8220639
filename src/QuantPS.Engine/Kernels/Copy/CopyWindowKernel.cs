using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Copies whole runs of the innermost axis, a unit each; the copy of a run is the runtime's own, which is vectorised.</summary>
internal sealed unsafe class CopyWindowKernel(CopyWindowSpec spec)
    : Kernel(spec.Name, spec.Output.Element == ElementType.Float32 ? Float32 : Int8, InstructionSet.Scalar)
{
    private readonly CopyAxis[] _outer = spec.Axes[..^1];
    private readonly CopyAxis _inner = spec.Axes[^1];

    public override int Grain => 1 + 8192 / _inner.OutputSize;

    public override int Units(int batch) => batch * (spec.Output.Elements / _inner.OutputSize);

    public override void Run(int first, int end, byte* scratch)
    {
        int length = _inner.OutputSize * spec.ElementSize;
        byte* to = spec.Output.Address + (long)first * length;
        for (int unit = first; unit < end; unit++, to += length)
        {
            byte* from = InputRun(unit);
            if (from is null) new Span<byte>(to, length).Fill(spec.Fill);
            else if (_inner.Step == 1) CopyRun(from, to, spec.ElementSize);
            else if (spec.ElementSize == sizeof(float)) Pick((float*)from, (float*)to);
            else Pick(from, to);
        }
    }

    /// <summary>The run of the input that a run of the output copies; null where it lies outside.</summary>
    private byte* InputRun(int unit)
    {
        long position = 0, stride = _inner.InputSize;
        for (int d = _outer.Length - 1; d >= 0; d--)
        {
            CopyAxis axis = _outer[d];
            (unit, int index) = Math.DivRem(unit, axis.OutputSize);
            int at = axis.Offset + index * axis.Step;
            if ((uint)at >= (uint)axis.InputSize) return null;
            position += at * stride;
            stride *= axis.InputSize;
        }
        return spec.Input.Address + (position + unit * stride) * spec.ElementSize;
    }

    private void CopyRun(byte* from, byte* to, int size)
    {
        int start = Math.Clamp(-_inner.Offset, 0, _inner.OutputSize);
        int end = Math.Clamp(_inner.InputSize - _inner.Offset, start, _inner.OutputSize);
        new Span<byte>(to, start * size).Fill(spec.Fill);
        Buffer.MemoryCopy(from + (long)(start + _inner.Offset) * size, to + (long)start * size, (long)(end - start) * size, (long)(end - start) * size);
        new Span<byte>(to + (long)end * size, (_inner.OutputSize - end) * size).Fill(spec.Fill);
    }

    private void Pick<T>(T* from, T* to) where T : unmanaged
    {
        from += _inner.Offset;
        for (nint i = 0; i < _inner.OutputSize; i++) to[i] = from[i * _inner.Step];
    }
}
