using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

/// <summary>The instruction sets, for theories; one that this machine lacks is skipped with a reason.</summary>
public static class Rungs
{
    /// <summary>All instruction sets.</summary>
    public static IEnumerable<TheoryDataRow<InstructionSet>> All => Enum.GetValues<InstructionSet>().Select(Row);

    /// <summary>All instruction sets but the scalar reference.</summary>
    public static IEnumerable<TheoryDataRow<InstructionSet>> AboveScalar => All.Where(row => row.Data != InstructionSet.Scalar);

    private static TheoryDataRow<InstructionSet> Row(InstructionSet set) => new(set)
    {
        Skip = InstructionSets.Available.Contains(set) ? null : $"This machine does not have the instruction set {set}.",
    };
}
