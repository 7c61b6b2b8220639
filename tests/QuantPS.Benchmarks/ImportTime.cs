using System.Diagnostics;
using System.Globalization;

namespace QuantPS.Benchmarks;

/// <summary>How long <c>Import-Module</c> takes in a fresh pwsh, without the start of pwsh itself.</summary>
internal sealed class ImportTime : IBenchmark
{
    private const int Runs = 7;

    public string Name => "import";

    public string Description => "the time of Import-Module in a fresh pwsh; needs pwsh 7.6 and a built module";

    public int Run(string[] arguments)
    {
        string manifest = Path.Combine(Repository.Root, "QuantPS.psd1");
        var milliseconds = new List<double>();
        for (int run = 0; run < Runs; run++)
        {
            var start = new ProcessStartInfo("pwsh") { RedirectStandardOutput = true };
            foreach (string argument in (string[])["-NoProfile", "-NonInteractive", "-Command",
                $"$watch = [Diagnostics.Stopwatch]::StartNew(); Import-Module '{manifest.Replace("'", "''", StringComparison.Ordinal)}' -ErrorAction Stop; " +
                "$watch.Elapsed.TotalMilliseconds.ToString([cultureinfo]::InvariantCulture)"])
                start.ArgumentList.Add(argument);
            try
            {
                using Process process = Process.Start(start)!;
                string output = process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                if (process.ExitCode != 0) return Fail($"pwsh ended with {process.ExitCode}: {output}");
                milliseconds.Add(double.Parse(output, CultureInfo.InvariantCulture));
            }
            catch (System.ComponentModel.Win32Exception)
            {
                return Fail("Not measured: there is no pwsh on this machine.");
            }
        }
        milliseconds.Sort();
        Console.WriteLine(FormattableString.Invariant(
            $"Import-Module, {Runs} fresh processes: median {milliseconds[Runs / 2]:f0} ms, from {milliseconds[0]:f0} to {milliseconds[^1]:f0} ms"));
        return 0;
    }

    private static int Fail(string message)
    {
        Console.Error.WriteLine(message);
        return 1;
    }
}
