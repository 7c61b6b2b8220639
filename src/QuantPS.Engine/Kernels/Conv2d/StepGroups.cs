using System.Runtime.Intrinsics;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// The steps of a panel in groups of up to three whose products can be added in 16 bits: codes of at most 127 times the positive weights of
/// a lane, or the negative ones, stay in the range.
/// </summary>
internal sealed class StepGroups
{
    private const int Largest = 3;
    // 127 times as much fits into 16 bits.
    private const short MostWeight = 258;
    private const int OpenGroups = 8;

    private readonly List<int>[] _bySize = [[], [], []];

    /// <param name="weights">The weights of each step: two neighbours share a lane of 16 bits.</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="alone">Whether steps stay alone, in their order.</param>
    public StepGroups(ReadOnlySpan<sbyte> weights, int steps, bool alone)
    {
        if (alone) _bySize[0].AddRange(Enumerable.Range(0, steps));
        else Fill(weights, steps);
        Order = [.. _bySize[2], .. _bySize[1], .. _bySize[0]];
    }

    /// <summary>The steps: those of groups of three, of two, and single ones.</summary>
    public int[] Order { get; }

    public int Threes => _bySize[2].Count / 3;

    public int Twos => _bySize[1].Count / 2;

    public int Ones => _bySize[0].Count;

    private void Fill(ReadOnlySpan<sbyte> weights, int steps)
    {
        int bytes = weights.Length / steps;
        var open = new List<Group>(OpenGroups);
        var free = new Stack<Group>();
        for (int i = 0; i <= OpenGroups; i++) free.Push(new Group(bytes));
        for (int step = 0; step < steps; step++)
        {
            Group single = free.Pop();
            single.Start(step, weights.Slice(step * bytes, bytes));
            if (FirstThatTakes(open, single) is { } group)
            {
                group.Add(single);
                free.Push(single);
                if (group.Steps.Count == Largest) Close(group);
            }
            else
            {
                open.Add(single);
                if (open.Count == OpenGroups) Close(open[0]);
            }
        }
        while (open.Count > 0) Close(open[0]);

        void Close(Group group)
        {
            _bySize[group.Steps.Count - 1].AddRange(group.Steps);
            open.Remove(group);
            free.Push(group);
        }
    }

    private static Group? FirstThatTakes(List<Group> open, Group single)
    {
        foreach (Group group in open)
            if (group.Takes(single)) return group;
        return null;
    }

    /// <summary>Steps, and the sums of their positive and their negative weights in each lane.</summary>
    private sealed class Group(int bytes)
    {
        private readonly short[] _sums = new short[bytes];

        public List<int> Steps { get; } = new(Largest);

        public void Start(int step, ReadOnlySpan<sbyte> weights)
        {
            Steps.Clear();
            Steps.Add(step);
            Span<short> sums = _sums;
            for (int i = 0; i < weights.Length; i += Vector256<sbyte>.Count, sums = sums[Vector256<sbyte>.Count..])
            {
                Vector256<short> pairs = Vector256.Create(weights[i..]).AsInt16();
                Vector256<short> even = Vector256.ShiftRightArithmetic(Vector256.ShiftLeft(pairs, 8), 8), odd = Vector256.ShiftRightArithmetic(pairs, 8);
                Vector256<short> positive = Vector256.Max(even, Vector256<short>.Zero) + Vector256.Max(odd, Vector256<short>.Zero);
                positive.CopyTo(sums);
                (positive - even - odd).CopyTo(sums[Vector256<short>.Count..]);
            }
        }

        public bool Takes(Group other)
        {
            for (int i = 0; i < _sums.Length; i += Vector256<short>.Count)
                if (Vector256.GreaterThanAny(Vector256.Create(_sums, i) + Vector256.Create(other._sums, i), Vector256.Create(MostWeight))) return false;
            return true;
        }

        public void Add(Group other)
        {
            Steps.AddRange(other.Steps);
            for (int i = 0; i < _sums.Length; i += Vector256<short>.Count)
                (Vector256.Create(_sums, i) + Vector256.Create(other._sums, i)).CopyTo(_sums, i);
        }
    }
}
