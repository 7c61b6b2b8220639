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

    /// <summary>Where a value lies, and while which steps.</summary>
    /// <param name="storage">The value that owns the memory.</param>
    /// <param name="first">The first step during which it lives.</param>
    /// <param name="bytes">How long it is.</param>
    internal sealed class Place(Value storage, int first, long bytes)
    {
        public Value Storage { get; } = storage;

        public int First { get; set; } = first;

        /// <summary>The last step during which it lives.</summary>
        public int Last { get; set; } = first;

        /// <summary>Where it starts.</summary>
        public long Offset { get; set; }

        public long Bytes { get; } = bytes;

        public bool Meets(Place other) => other.First <= Last && First <= other.Last;
    }

    /// <summary>Plans the memory of the operations in their order.</summary>
    /// <returns>The places, and the length of the arena.</returns>
    public static (ImmutableArray<Place> Places, long Length) Plan(ImmutableArray<Operation> operations, RunSize largest)
    {
        List<Place> lives = Lives(operations, largest);
        lives.Sort((a, b) => a.Bytes != b.Bytes ? b.Bytes.CompareTo(a.Bytes) : a.First.CompareTo(b.First));
        // In the order of their offsets.
        var placed = new List<Place>(lives.Count);
        long length = 0;
        foreach (Place place in lives)
        {
            foreach (Place other in placed)
            {
                if (!other.Meets(place)) continue;
                if (place.Offset + place.Bytes <= other.Offset) break;
                place.Offset = Math.Max(place.Offset, other.Offset + other.Bytes);
            }
            int at = placed.Count;
            while (at > 0 && placed[at - 1].Offset > place.Offset) at--;
            placed.Insert(at, place);
            length = Math.Max(length, place.Offset + place.Bytes);
        }
        return ([.. placed], length);
    }

    private static List<Place> Lives(ImmutableArray<Operation> operations, RunSize largest)
    {
        var known = new Dictionary<Value, Place>();
        var lives = new List<Place>();
        for (int i = 0; i < operations.Length; i++)
        {
            Extend(operations[i].Output.Storage, i);
            foreach (Value side in operations[i].SideOutputs) Extend(side.Storage, i);
            foreach (Value input in operations[i].Inputs) Extend(input.Storage, i);
        }
        return lives;

        void Extend(Value storage, int step)
        {
            if (!known.TryGetValue(storage, out Place? place))
            {
                place = new Place(storage, step, RoundUp(storage.Bytes(largest.Rows(storage))));
                known.Add(storage, place);
                lives.Add(place);
            }
            place.Last = step;
            if (storage.Constant is not null) (place.First, place.Last) = (0, operations.Length - 1);
        }
    }

    private static long RoundUp(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
