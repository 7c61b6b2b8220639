using System.Collections.Immutable;

namespace QuantPS.Engine.Execution;

/// <summary>One step of a compiled graph: a kernel that computes one value.</summary>
/// <param name="Value">The name of the value that it computes.</param>
/// <param name="Module">The PyTorch path of the module that it belongs to, or empty.</param>
/// <param name="Nodes">The names of the graph's nodes that it does the work of; none for a change of layout.</param>
/// <param name="Kernel">The name of the kernel.</param>
/// <param name="Precision">What it computes in: <c>int8</c> or <c>float32</c>.</param>
/// <param name="InstructionSet">The instruction set that the kernel is written for, which may be lower than the one that runs.</param>
/// <param name="Shape">The shape of one sample of its value in PyTorch's order, with a batch of 1.</param>
public sealed record PlanStep(
    string Value, string Module, ImmutableArray<string> Nodes, string Kernel, string Precision, InstructionSet InstructionSet, Shape Shape)
{
    /// <summary>The step as a line of text.</summary>
    public override string ToString() => $"{Value}: {Kernel} {Precision} {InstructionSet.ToString().ToLowerInvariant()} -> {Shape}";
}
