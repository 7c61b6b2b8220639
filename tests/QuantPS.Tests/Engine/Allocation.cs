namespace QuantPS.Tests.Engine;

/// <summary>What code allocates on the managed heap.</summary>
internal static class Allocation
{
    /// <summary>The bytes that <paramref name="work"/> allocates each time on the calling thread, once it is warm.</summary>
    /// <remarks>
    /// The runtime's count jumps by what is left of the thread's allocation buffer when another test makes it collect. What the work
    /// itself allocates is in every count, so the least of them is the one.
    /// </remarks>
    public static long BytesOf(Action work)
    {
        work();
        long least = long.MaxValue;
        for (int attempt = 0; attempt < 100 && least > 0; attempt++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            work();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
