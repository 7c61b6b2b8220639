using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a run of the output.</summary>
internal abstract unsafe class ConcatKernel(ConcatSpec spec, InstructionSet instructionSet)
    : Kernel("cat", spec.Output.Element == ElementType.Float32 ? Float32 : Int8, instructionSet)
{
    private readonly long _pitch = spec.Pitch;
    private readonly int _copied = Enumerable.Range(0, spec.Runs.Length).Sum(i => spec.IsInPlace(spec.Inputs[i]) ? 0 : spec.Runs[i]);

    public override int Grain => 1 + 16384 / (_copied + 1);

    public override int Units(int batch) => _copied == 0 ? 0 : batch * spec.Outer;

    public override void Run(int first, int end, byte* scratch)
    {
        byte* output = spec.Output.Address;
        for (int i = 0; i < spec.Runs.Length; output += spec.Runs[i++])
        {
            if (spec.IsInPlace(spec.Inputs[i])) continue;
            int run = spec.Runs[i];
            byte* from = spec.Inputs[i].Address + (long)first * run, to = output + first * _pitch;
            for (int unit = first; unit < end; unit++, from += run, to += _pitch)
            {
                if (spec.Maps[i] is { } map) Map(map, from, to, run);
                else Buffer.MemoryCopy(from, to, run, run);
            }
        }
    }

    /// <summary>Requantizes codes.</summary>
    protected abstract void Map(CodeMap map, byte* from, byte* to, int count);
}
