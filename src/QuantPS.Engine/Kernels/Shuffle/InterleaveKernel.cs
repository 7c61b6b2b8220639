using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a pixel.</summary>
internal abstract unsafe class InterleaveKernel(InterleaveSpec spec, InstructionSet instructionSet)
    : Kernel(spec.Name, spec.Output.Element == ElementType.Float32 ? Float32 : Int8, instructionSet)
{
    private readonly int _size = spec.Output.Element.Size();
    private readonly int _room = (spec.Length + 63) / 64 * 64;

    public override int Grain => 1 + 16384 / spec.Output.Run;

    /// <summary>The mapped codes of each run of a pixel.</summary>
    public override int ScratchBytes => spec.Output.Element == ElementType.Float32 ? 0 : _room * spec.Runs.Length;

    public override int Units(int batch) => batch * (spec.Output.Elements / spec.Output.Run);

    public override void Run(int first, int end, byte* scratch)
    {
        ChannelRun[] runs = spec.Runs;
        byte** from = stackalloc byte*[runs.Length];
        for (int pixel = first; pixel < end; pixel++)
        {
            for (int i = 0; i < runs.Length; i++)
            {
                ChannelRun run = runs[i];
                from[i] = run.Value.Address + ((long)pixel * run.Value.Run + run.Start) * _size;
                if (run.Map is null) continue;
                byte* mapped = scratch + i * _room;
                Map(run.Map, from[i], mapped, spec.Length);
                from[i] = mapped;
            }
            byte* to = spec.Output.Address + (long)pixel * spec.Output.Pitch * _size;
            if (runs.Length == 1) Buffer.MemoryCopy(from[0], to, spec.Length * _size, spec.Length * _size);
            else if (_size == 1) Interleave(from, to);
            else Interleave((float**)from, (float*)to);
        }
    }

    /// <summary>Requantizes codes.</summary>
    protected abstract void Map(CodeMap map, byte* from, byte* to, int count);

    /// <summary>Two runs of codes in turn; false where it is left to do.</summary>
    protected virtual bool Zip(byte* a, byte* b, byte* to, int count) => false;

    /// <summary>Two runs of floats in turn; false where it is left to do.</summary>
    protected virtual bool Zip(float* a, float* b, float* to, int count) => false;

    private void Interleave(byte** from, byte* to)
    {
        int runs = spec.Runs.Length, length = spec.Length;
        if (runs == 2 && Zip(from[0], from[1], to, length)) return;
        for (int i = 0; i < length; i++)
            for (int r = 0; r < runs; r++) to[i * runs + r] = from[r][i];
    }

    private void Interleave(float** from, float* to)
    {
        int runs = spec.Runs.Length, length = spec.Length;
        if (runs == 2 && Zip(from[0], from[1], to, length)) return;
        for (int i = 0; i < length; i++)
            for (int r = 0; r < runs; r++) to[i * runs + r] = from[r][i];
    }
}
