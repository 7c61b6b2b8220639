using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class LookUpScalar(LookUpSpec spec) : ElementKernel(spec.Name, Int8, InstructionSet.Scalar, spec.Output)
{
    public override void Run(int first, int end, byte* scratch) =>
        Run(spec.Table, spec.Input.Address + first, spec.Output.Address + first, end - first);

    public static void Run(byte[] table, byte* from, byte* to, int count)
    {
        for (int i = 0; i < count; i++) to[i] = table[from[i]];
    }
}
