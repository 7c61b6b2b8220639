using System.Collections.Immutable;

namespace QuantPS.Engine.Execution;

/// <summary>
/// Gives every value a place in one arena, such that values that live at the same time never overlap. Largest first, each at the
/// lowest place that is free for its lifetime (Pisarchyk and Lee, 2020, "Efficient memory management for deep neural net inference",
/// greedy by size).
/// </summary>
internal static class MemoryPlan
{
    public const int Alignment = 64;

    /// <param name="Storage">The value that owns the memory.</param>
    /// <param name="First">The first step during which it lives.</param>
    /// <param name="Last">The last step during which it lives.</param>
    /// <param name="Offset">Where it starts.</param>
    /// <param name="Bytes">How long it is.</param>
    internal readonly record struct Place(Value Storage, int First, int Last, long Offset, long Bytes);

    /// <summary>Plans the memory of the operations in their order.</summary>
    /// <returns>The places, and the length of the arena.</returns>
    public static (ImmutableArray<Place> Places, long Length) Plan(IReadOnlyList<Operation> operations, int maxBatch)
    {
        var lives = new Dictionary<Value, (int First, int Last)>();
        for (int i = 0; i < operations.Count; i++)
        {
            Extend(operations[i].Output.Storage, i);
            foreach (Value input in operations[i].Inputs) Extend(input.Storage, i);
        }
        var placed = new List<Place>(lives.Count);
        foreach ((Value value, (int first, int last)) in lives.OrderByDescending(life => life.Key.Bytes(maxBatch)).ThenBy(life => life.Value.First))
        {
            long bytes = RoundUp(value.Bytes(maxBatch));
            long offset = 0;
            foreach (Place other in placed.Where(p => p.First <= last && first <= p.Last).OrderBy(p => p.Offset))
            {
                if (offset + bytes <= other.Offset) break;
                offset = Math.Max(offset, other.Offset + other.Bytes);
            }
            placed.Add(new Place(value, first, last, offset, bytes));
        }
        return ([.. placed], placed.Count == 0 ? 0 : placed.Max(p => p.Offset + p.Bytes));

        void Extend(Value storage, int step)
        {
            if (storage.Constant is not null) lives[storage] = (0, operations.Count - 1);
            else lives[storage] = lives.TryGetValue(storage, out var life) ? (life.First, step) : (step, step);
        }
    }

    private static long RoundUp(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
