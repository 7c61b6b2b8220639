using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A kernel whose units are the elements of its output.</summary>
internal abstract unsafe class ElementKernel(string name, string precision, InstructionSet instructionSet, Value output)
    : Kernel(name, precision, instructionSet)
{
    public override int Grain => 16384;

    public override int Alignment => 64;

    public override int Units(int batch) => batch * output.Elements;
}
