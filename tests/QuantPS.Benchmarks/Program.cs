using QuantPS.Benchmarks;
using QuantPS.Benchmarks.Starting;
using QuantPS.Benchmarks.Training;

if (args is [StartChild.Name, .. var rest]) return StartChild.Run(rest);
if (args is [EpochChild.Name, .. var epoch]) return EpochChild.Run(epoch);

// Each benchmark is a class with a name on the command line; without one, the list is printed.
IBenchmark[] benchmarks = [new EngineComparison(), new LayerComparison(), new StartTime(), new ImportTime(), new QatAccuracy(), new EpochTime(), new PerplexityComparison()];
IBenchmark? chosen = benchmarks.FirstOrDefault(benchmark => benchmark.Name == args.FirstOrDefault());
if (chosen is null)
{
    Console.WriteLine("Usage: dotnet run -c Release --project tests/QuantPS.Benchmarks -- NAME");
    foreach (IBenchmark benchmark in benchmarks) Console.WriteLine($"  {benchmark.Name,-10} {benchmark.Description}");
    return args.Length == 0 ? 0 : 2;
}
try
{
    return chosen.Run(args[1..]);
}
catch (Exception error) when (error is ArgumentException or FormatException or InvalidDataException)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}
