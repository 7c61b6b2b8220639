using System.Collections.Immutable;
using System.Runtime.InteropServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Benchmarks.Reports;

/// <summary>What was measured on.</summary>
/// <param name="Processor">The model of the processor, as the system names it.</param>
/// <param name="Cores">The number of logical processors.</param>
/// <param name="System">The operating system.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="InstructionSets">The rungs of the ladder that it has.</param>
/// <param name="InstructionSet">The rung that runs unless another is forced.</param>
internal sealed record Machine(
    string Processor, int Cores, string System, string Runtime, ImmutableArray<string> InstructionSets, string InstructionSet)
{
    public static Machine Here() => new(
        ProcessorName(), Environment.ProcessorCount, RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription,
        [.. Engine.Execution.InstructionSets.Available.Select(set => set.ToString())],
        Engine.Execution.InstructionSets.Choose(null).ToString());

    private static string ProcessorName()
    {
        const string file = "/proc/cpuinfo", key = "model name";
        string? line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) : null;
        return line?[(line.IndexOf(':') + 1)..].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
