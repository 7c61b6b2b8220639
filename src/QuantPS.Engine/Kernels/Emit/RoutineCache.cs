namespace QuantPS.Engine.Kernels;

/// <summary>Emitted routines by the shape that they are for, each made once in a process.</summary>
/// <param name="emit">Makes the code of a routine.</param>
internal sealed class RoutineCache<TShape>(Func<TShape, byte[]> emit) where TShape : class
{
    private readonly Dictionary<TShape, Entry> _entries = [];
    private readonly Lock _gate = new();

    /// <summary>The address of the routine for a shape.</summary>
    public nint For(TShape shape)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(shape, out Entry? entry))
                _entries.Add(shape, entry = new Entry(ExecutableMemory.Add(emit(shape))));
            return entry.Address;
        }
    }

    private sealed record Entry(nint Address);
}
