using System.Collections.Immutable;
using System.Runtime.InteropServices;
using QuantPS.Bridges;
using QuantPS.Bridges.Backend;
using QuantPS.Engine.Execution;
using QuantPS.Zoo;

namespace QuantPS.Analysis;

/// <summary>What this machine and this installation have.</summary>
/// <param name="ModuleVersion">The version of the module.</param>
/// <param name="DotNet">The runtime with its version.</param>
/// <param name="OperatingSystem">The operating system with its version.</param>
/// <param name="Architecture">The processor's architecture.</param>
/// <param name="ProcessorCount">The number of processors that the process may use.</param>
/// <param name="InstructionSets">The instruction sets that the machine has, lowest first.</param>
/// <param name="InstructionSet">The one that runs; null where the environment variable names one that is not there.</param>
/// <param name="Bridges">The parts of the module that bring libraries.</param>
/// <param name="Backend">The training backend: its versions, its folder, and why it is not there.</param>
/// <param name="CachePath">The folder that published weights are downloaded to.</param>
/// <param name="CachedMB">What is in it, in decimal megabytes; null where it is not there yet.</param>
/// <param name="Problems">What is missing or wrong, and why, in sentences.</param>
public sealed record QuantEnvironment(
    string ModuleVersion, string DotNet, string OperatingSystem, System.Runtime.InteropServices.Architecture Architecture, int ProcessorCount,
    ImmutableArray<InstructionSet> InstructionSets, InstructionSet? InstructionSet, ImmutableArray<BridgeState> Bridges,
    TorchBackend Backend, string CachePath, double? CachedMB, ImmutableArray<string> Problems)
{
    /// <summary>Looks at the machine. Loads the bridges with their native libraries, to see whether they load.</summary>
    public static QuantEnvironment Inspect()
    {
        List<string> problems = [];
        InstructionSet? chosen = null;
        try
        {
            chosen = Engine.Execution.InstructionSets.Choose(null);
        }
        catch (ArgumentException e)
        {
            problems.Add(e.Message);
        }
        BridgeState[] bridges =
        [
            BridgeState.Of<IImageDecoder>("Media", "reading images"),
            BridgeState.Of<IReferenceEngine>("Torch", "training and comparing with libtorch"),
        ];
        problems.AddRange(bridges.Where(bridge => !bridge.IsAvailable).Select(bridge => bridge.ToString()));
        string cache = WeightsStore.DefaultPath;
        return new QuantEnvironment(
            typeof(QuantEnvironment).Assembly.GetName().Version!.ToString(3), RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription,
            RuntimeInformation.ProcessArchitecture, Environment.ProcessorCount, Engine.Execution.InstructionSets.Available, chosen, [.. bridges],
            TorchBackend.Find(), cache, Megabytes(cache, problems), [.. problems]);
    }

    private static double? Megabytes(string folder, List<string> problems)
    {
        try
        {
            return Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) / 1e6 : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"The folder for downloads cannot be read: {e.Message}");
            return null;
        }
    }
}
