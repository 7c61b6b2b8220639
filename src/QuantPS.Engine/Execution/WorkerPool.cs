using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution;

/// <summary>
/// Runs the units of a kernel on the calling thread and its helpers. Helpers spin while a run of the graph is under way, and sleep
/// between runs. Allocates nothing once made.
/// </summary>
/// <remarks>
/// <para>A helper enters a job by compare-and-swap on the gate. The caller works too, closes the gate when no piece is left, and waits only
/// for the helpers that entered: a helper whose core is taken by another program holds up nobody.</para>
/// <para>Each thread has a share of its own, the same part of every kernel, so that it finds in its cache what it wrote; it takes smaller
/// and smaller pieces of it, and then helps with what is left of the others'.</para>
/// </remarks>
internal sealed unsafe class WorkerPool : IDisposable
{
    /// <summary>The bit of the gate that is set while helpers may enter; the bits below count those inside.</summary>
    private const int Open = 1 << 30;
    private const int SpinsBeforeSleep = 8000;
    private const int LineInts = 32;

    // Where each share goes on and where it ends, on lines of their own.
    private readonly int[] _shares;
    private readonly NativeMemoryBlock _scratch;
    private readonly long _scratchBytes;
    private readonly object _sleep = new();
    private int _sleepers;
    private volatile bool _running;
    private volatile bool _stopped;
    private int _gate;
    private volatile bool _exhausted;
    private Kernel? _kernel;
    private int _smallest;
    private Exception? _failure;

    public WorkerPool(int threads, int scratchBytes)
    {
        Threads = threads;
        _scratchBytes = (scratchBytes + 127) / 128 * 128;
        _scratch = new NativeMemoryBlock(threads * _scratchBytes);
        _shares = new int[(threads + 1) * LineInts];
        for (int i = 1; i < threads; i++)
        {
            int index = i;
            new Thread(() => Help(index)) { IsBackground = true, Name = $"QuantPS worker {index}" }.Start();
        }
    }

    public int Threads { get; }

    /// <summary>Wakes the helpers: jobs follow one after another until <see cref="EndRun"/>.</summary>
    public void BeginRun()
    {
        if (Threads == 1) return;
        _running = true;
        WakeSleepers();
    }

    /// <summary>Lets the helpers sleep.</summary>
    public void EndRun() => _running = false;

    public void Run(Kernel kernel, int units)
    {
        int alignment = kernel.Alignment;
        int smallest = (kernel.Grain + alignment - 1) / alignment * alignment;
        if (Threads == 1 || smallest >= units)
        {
            kernel.Run(0, units, _scratch.Address);
            return;
        }
        (_kernel, _smallest, _exhausted, _failure) = (kernel, smallest, false, null);
        for (int share = 0; share < Threads; share++)
        {
            Next(share) = Math.Min(units, Aligned((int)((long)units * share / Threads), alignment));
            End(share) = Math.Min(units, Aligned((int)((long)units * (share + 1) / Threads), alignment));
        }
        Interlocked.Exchange(ref _gate, Open);
        WakeSleepers();
        try
        {
            RunPieces(0);
        }
        finally
        {
            Interlocked.And(ref _gate, ~Open);
            for (int spins = 0; Volatile.Read(ref _gate) != 0; spins++) Pause(spins);
            _kernel = null;
        }
        if (_failure is { } failure) throw failure;
    }

    public void Dispose()
    {
        _stopped = true;
        lock (_sleep) Monitor.PulseAll(_sleep);
        _scratch.Dispose();
    }

    private void Help(int index)
    {
        int spins = 0;
        while (!_stopped)
        {
            if (TryEnter())
            {
                try
                {
                    RunPieces(index);
                }
                catch (Exception e)
                {
                    _failure = e;
                }
                Interlocked.Decrement(ref _gate);
                spins = 0;
            }
            else if (_running && spins < SpinsBeforeSleep) Pause(spins++);
            else
            {
                Sleep();
                spins = 0;
            }
        }
    }

    private bool TryEnter()
    {
        int gate = Volatile.Read(ref _gate);
        return (gate & Open) != 0 && !_exhausted && Interlocked.CompareExchange(ref _gate, gate + 1, gate) == gate;
    }

    private void RunPieces(int index)
    {
        byte* scratch = _scratch.Address + index * _scratchBytes;
        Kernel kernel = _kernel!;
        for (int i = 0; i < Threads; i++)
        {
            int share = (index + i) % Threads;
            while (TryTake(share, kernel.Alignment, out int first, out int end)) kernel.Run(first, end, scratch);
        }
        _exhausted = true;
    }

    /// <summary>Takes half of what is left of a share.</summary>
    private bool TryTake(int share, int alignment, out int first, out int end)
    {
        while (true)
        {
            (first, int last) = (Volatile.Read(ref Next(share)), End(share));
            end = Math.Min(last, first + Math.Max(_smallest, Aligned((last - first) / 2, alignment)));
            if (first >= last) return false;
            if (Interlocked.CompareExchange(ref Next(share), end, first) == first) return true;
        }
    }

    private ref int Next(int share) => ref _shares[(share + 1) * LineInts];

    private ref int End(int share) => ref _shares[(share + 1) * LineInts + 1];

    private static int Aligned(int units, int alignment) => (units + alignment - 1) / alignment * alignment;

    private void Sleep()
    {
        lock (_sleep)
        {
            Interlocked.Increment(ref _sleepers);
            if (!_stopped && (Volatile.Read(ref _gate) & Open) == 0) Monitor.Wait(_sleep);
            Interlocked.Decrement(ref _sleepers);
        }
    }

    private void WakeSleepers()
    {
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _sleepers) == 0) return;
        lock (_sleep) Monitor.PulseAll(_sleep);
    }

    private static void Pause(int spins)
    {
        if (spins % 64 == 63) Thread.Yield();
        else Thread.SpinWait(8);
    }
}
