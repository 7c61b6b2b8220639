using System.Collections.Immutable;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution;

/// <summary>Which instruction sets this machine has, and which one runs.</summary>
public static class InstructionSets
{
    /// <summary>The environment variable that forces an instruction set by its name; the case does not matter.</summary>
    public const string EnvironmentVariable = "QUANTPS_INSTRUCTION_SET";

    /// <summary>The instruction sets that this machine has, lowest first.</summary>
    public static ImmutableArray<InstructionSet> Available => field.IsDefault ? field = [.. Enum.GetValues<InstructionSet>().Where(IsSupported)] : field;

    /// <summary>The highest instruction set that this machine has.</summary>
    public static InstructionSet Best
    {
        get
        {
            InstructionSet best = InstructionSet.Scalar;
            for (InstructionSet set = best; set <= InstructionSet.AdvSimdDot; set++)
                if (IsSupported(set))
                    best = set;
            return best;
        }
    }

    /// <summary>The instruction set that runs: the one asked for, else the environment's, else the best.</summary>
    /// <param name="forced">The one asked for, or null.</param>
    /// <exception cref="ArgumentException">The one asked for, or the environment's, is unknown or not on this machine.</exception>
    public static InstructionSet Choose(InstructionSet? forced) => Choose(forced, Environment.GetEnvironmentVariable(EnvironmentVariable));

    /// <summary>The instruction set of a name; the case does not matter.</summary>
    /// <param name="name">The name of a member of <see cref="InstructionSet"/>.</param>
    /// <exception cref="ArgumentException">No instruction set of this machine has that name.</exception>
    public static InstructionSet Parse(string name) => Parse(name, $"The instruction set '{name}'");

    internal static InstructionSet Choose(InstructionSet? forced, string? environment)
    {
        if (forced is { } set) return IsSupported(set) ? set : throw NotThere($"The instruction set '{set}'");
        return string.IsNullOrWhiteSpace(environment) ? Best : Parse(environment, $"The environment variable {EnvironmentVariable}, '{environment}',");
    }

    private static InstructionSet Parse(string name, string subject)
    {
        foreach (InstructionSet set in Available)
            if (string.Equals(set.ToString(), name.Trim(), StringComparison.OrdinalIgnoreCase))
                return set;
        throw NotThere(subject);
    }

    private static bool IsSupported(InstructionSet set) => set switch
    {
        InstructionSet.Scalar => true,
        InstructionSet.Avx2 => Avx2.IsSupported && Fma.IsSupported,
        InstructionSet.Avx512BW => Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported,
        InstructionSet.AvxVnni => AvxVnni.IsSupported,
        InstructionSet.Avx512Vnni => Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported && HasDotProduct512() && ExecutableMemory.IsAvailable,
        InstructionSet.AdvSimd => AdvSimd.Arm64.IsSupported,
        InstructionSet.AdvSimdDot => AdvSimd.Arm64.IsSupported && Dp.IsSupported,
        _ => false,
    };

    // The runtime knows no such instruction: the processor is asked (Intel SDM, CPUID, leaf 7, ECX bit 11).
    private static bool HasDotProduct512() => X86Base.CpuId(0, 0).Eax >= 7 && (X86Base.CpuId(7, 0).Ecx & 1 << 11) != 0;

    private static ArgumentException NotThere(string subject) =>
        new($"{subject} is not one of those that this machine has: {string.Join(", ", Available)}.");
}
