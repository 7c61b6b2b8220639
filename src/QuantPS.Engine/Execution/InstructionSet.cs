namespace QuantPS.Engine.Execution;

/// <summary>The rungs of the kernel ladder, lowest first. A rung that lacks a kernel uses the one below.</summary>
public enum InstructionSet
{
    /// <summary>Plain C#: runs everywhere, and is the reference for every other rung.</summary>
    Scalar,
    /// <summary>x86-64 with AVX2 and FMA.</summary>
    Avx2,
}
