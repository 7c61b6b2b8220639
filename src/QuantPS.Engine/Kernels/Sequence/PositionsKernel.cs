using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>The index of each step in its sample, for all rungs. A unit is a step.</summary>
internal sealed unsafe class PositionsKernel(Value output) : Kernel("arange", Int64, InstructionSet.Scalar)
{
    private int _steps = 1;

    public override int Grain => 16384;

    public override void Prepare(RunSize size) => _steps = output.IsSequence ? size.Length : output.Elements;

    public override int Units(int batch) => batch * output.Elements;

    public override void Run(int first, int end, byte* scratch)
    {
        for (int unit = first; unit < end; unit++) ((long*)output.Address)[unit] = unit % _steps;
    }
}
