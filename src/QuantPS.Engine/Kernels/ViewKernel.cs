using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A value that is another's memory in another shape: nothing to do.</summary>
internal sealed unsafe class ViewKernel(Value value)
    : Kernel("view", value.Element == ElementType.Float32 ? Float32 : Int8, InstructionSet.Scalar)
{
    public override int Units(int batch) => 0;

    public override void Run(int first, int end, byte* scratch) { }
}
