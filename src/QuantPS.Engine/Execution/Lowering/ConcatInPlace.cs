using System.Collections.Immutable;
using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>
/// Lets operations write straight into the value that a cat joins their results to. A result goes there if the cat alone reads it, and
/// takes its codes as they are.
/// </summary>
internal static class ConcatInPlace
{
    /// <summary>Makes slices of the values of the operations, which are in their order.</summary>
    public static void Apply(IReadOnlyList<Operation> operations)
    {
        var writers = new Dictionary<Value, Operation>();
        var reads = new Dictionary<Value, Operation?>();
        foreach (Operation operation in operations)
        {
            if (operation.WritesSlices) writers[operation.Output] = operation;
            foreach (Value input in operation.Inputs) reads[input] = reads.ContainsKey(input) ? null : operation;
        }
        foreach (Operation operation in operations)
        {
            if (operation.Concat is not { JoinsRuns: true } concat) continue;
            for (int i = 0, start = 0; i < concat.Inputs.Length; start += concat.Inputs[i++].Run)
            {
                Value input = concat.Inputs[i];
                if (concat.Maps[i] is null && reads[input] == operation && writers.ContainsKey(input)) input.PlaceIn(concat.Output, start);
            }
        }
    }
}
