using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a run of the output.</summary>
internal abstract unsafe class ConcatKernel(ConcatSpec spec, InstructionSet instructionSet)
    : Kernel("cat", spec.Output.Element == ElementType.Float32 ? Float32 : Int8, instructionSet)
{
    private readonly int _length = spec.Runs.Sum();

    public override int Grain => 1 + 16384 / _length;

    public override int Units(int batch) => batch * spec.Outer;

    public override void Run(int first, int end, byte* scratch)
    {
        for (int unit = first; unit < end; unit++)
        {
            byte* to = spec.Output.Address + (long)unit * _length;
            for (int i = 0; i < spec.Runs.Length; i++)
            {
                int run = spec.Runs[i];
                byte* from = spec.Inputs[i].Address + (long)unit * run;
                if (spec.Maps[i] is { } map) Map(map, from, to, run);
                else Buffer.MemoryCopy(from, to, run, run);
                to += run;
            }
        }
    }

    /// <summary>Requantizes codes.</summary>
    protected abstract void Map(CodeMap map, byte* from, byte* to, int count);
}
