using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Brings the caller's indices into the arena, for all rungs. A unit is an index.</summary>
internal sealed unsafe class InputIndices(Value output) : Kernel("input", Int64, InstructionSet.Scalar), IInputKernel
{
    public string? Input => output.Name;

    public void* Memory { get; set; }

    public override int Grain => 65536;

    public override int Units(int batch) => batch * output.Elements;

    public override void Run(int first, int end, byte* scratch) =>
        new ReadOnlySpan<long>((long*)Memory + first, end - first).CopyTo(new Span<long>((long*)output.Address + first, end - first));
}
