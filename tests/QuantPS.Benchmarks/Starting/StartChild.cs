using System.Diagnostics;
using System.Globalization;

namespace QuantPS.Benchmarks.Starting;

/// <summary>The process that <see cref="StartTime"/> starts: loads a model, runs it, and prints its times.</summary>
internal static class StartChild
{
    public const string Name = "start-child";

    private const int Runs = 50;

    /// <param name="arguments">The timestamp of the start, the engine, the network, its file and the number of threads.</param>
    public static int Run(string[] arguments)
    {
        long main = Stopwatch.GetTimestamp(), start = long.Parse(arguments[0], CultureInfo.InvariantCulture);
        double bare = PeakMiB();
        var image = new float[3 * 224 * 224];
        var random = new Random(1);
        for (int i = 0; i < image.Length; i++) image[i] = random.NextSingle() * 4 - 2;

        long begin = Stopwatch.GetTimestamp();
        IStartedEngine engine = StartedModel.Engine(arguments[1], arguments[2], int.Parse(arguments[4], CultureInfo.InvariantCulture));
        engine.Load(arguments[3]);
        long loaded = Stopwatch.GetTimestamp();
        engine.Run(image);
        long first = Stopwatch.GetTimestamp();
        double afterFirst = PeakMiB();
        for (int run = 1; run < Runs; run++) engine.Run(image);

        Console.WriteLine(new StartTimes(Milliseconds(start, main), Milliseconds(start, loaded), Milliseconds(start, first),
            Milliseconds(engine.LoadsItself ? begin : loaded, first), bare, afterFirst, PeakMiB()));
        return 0;
    }

    private static double Milliseconds(long from, long to) => (to - from) * 1000.0 / Stopwatch.Frequency;

    // Linux tells the peak of this process alone; elsewhere the runtime does.
    private static double PeakMiB()
    {
        const string file = "/proc/self/status", key = "VmHWM:";
        if (!File.Exists(file)) return Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0;
        string line = File.ReadLines(file).First(line => line.StartsWith(key, StringComparison.Ordinal));
        return double.Parse(line.AsSpan(key.Length, line.Length - key.Length - " kB".Length), CultureInfo.InvariantCulture) / 1024;
    }
}
