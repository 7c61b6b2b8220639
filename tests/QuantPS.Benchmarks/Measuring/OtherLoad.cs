using System.Diagnostics;
using System.Globalization;

namespace QuantPS.Benchmarks.Measuring;

/// <summary>How much of the processors other programs took, and the host of a virtual machine: what makes times longer than they are.</summary>
internal sealed class OtherLoad
{
    private const string File = "/proc/stat";
    private const double TicksPerSecond = 100;

    private readonly double _busy = Busy();
    private readonly double _own = Own();
    private readonly long _start = Stopwatch.GetTimestamp();

    /// <summary>The share of all processors since this was made; null where the system does not tell.</summary>
    public double? Share => double.IsNaN(_busy) ? null
        : Math.Max(0, (Busy() - _busy - (Own() - _own)) / (Stopwatch.GetElapsedTime(_start).TotalSeconds * Environment.ProcessorCount));

    // user, nice, system, idle, iowait, irq, softirq, steal (proc_stat(5)).
    private static double Busy()
    {
        if (!System.IO.File.Exists(File)) return double.NaN;
        double[] ticks = [.. System.IO.File.ReadLines(File).First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        return (ticks.Sum() - ticks[3] - ticks[4]) / TicksPerSecond;
    }

    private static double Own() => Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
}
