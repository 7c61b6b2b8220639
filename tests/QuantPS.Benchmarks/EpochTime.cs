using System.Diagnostics;
using System.Globalization;
using QuantPS.Benchmarks.Reports;
using QuantPS.Benchmarks.Training;

namespace QuantPS.Benchmarks;

/// <summary>The time of one epoch of ResNet-20 on CIFAR-10, in float and for int8, against plain TorchSharp in float; a fresh process for each.</summary>
internal sealed class EpochTime : IBenchmark
{
    private const double Limit = 1.6;

    public string Name => "qat-time";

    public string Description => "an epoch of training ResNet-20 for int8 against plain TorchSharp in float; needs ../shared; minutes; --only plain,float,qnnpack,fbgemm --images N --threads N --rounds N";

    public int Run(string[] arguments)
    {
        var options = new CommandLine(arguments, "--only", "--images", "--threads", "--rounds");
        if (!Directory.Exists(EpochChild.Images))
        {
            Console.Error.WriteLine("Not measured: shared/data/cifar10 is not there.");
            return 1;
        }
        string images = $"{options.Integer("--images", int.MaxValue)}", threads = $"{options.Integer("--threads", Environment.ProcessorCount)}";
        string[] kinds = options.Names("--only", EpochChild.Kinds);
        var seconds = kinds.ToDictionary(kind => kind, _ => new List<double>());
        for (int round = 0; round < options.Integer("--rounds", 3); round++)
            foreach (string kind in kinds)
            {
                seconds[kind].Add(Measure(kind, images, threads));
                Console.WriteLine(FormattableString.Invariant($"{kind}: {seconds[kind][^1]:f1} s"));
            }
        double? plain = seconds.GetValueOrDefault(EpochChild.Plain)?.Min();
        var table = new TextTable("training ", "shortest epoch, s", "times plain TorchSharp");
        foreach (string kind in kinds) table.Add(kind, Text(seconds[kind].Min(), "f1"), plain is null ? "" : Text(seconds[kind].Min() / plain.Value, "f2"));
        Console.WriteLine(table);
        Console.WriteLine(FormattableString.Invariant($"{threads} threads; training for int8 may take {Limit} times plain TorchSharp."));
        return plain is null || seconds.Values.All(times => times.Min() <= Limit * plain) ? 0 : 1;
    }

    private static double Measure(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet") start.ArgumentList.Add(typeof(EpochTime).Assembly.Location);
        foreach (string argument in (string[])[EpochChild.Name, .. arguments]) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? double.Parse(output, CultureInfo.InvariantCulture)
            : throw new InvalidDataException($"The training '{arguments[0]}' ended with {process.ExitCode}: {output}");
    }

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}
