namespace QuantPS.Engine.Execution;

/// <summary>The rungs of the kernel ladder, lowest first. A rung that lacks a kernel uses the one below that it builds on.</summary>
public enum InstructionSet
{
    /// <summary>Plain C#: runs everywhere, and is the reference for every other rung.</summary>
    Scalar,
    /// <summary>x86-64 with AVX2 and FMA.</summary>
    Avx2,
    /// <summary>x86-64 with AVX-512 F, BW, DQ and VL; builds on <see cref="Avx2"/>.</summary>
    Avx512BW,
    /// <summary>x86-64 with the 8-bit dot product on 256 bits; builds on <see cref="Avx2"/>.</summary>
    AvxVnni,
    /// <summary>
    /// x86-64 with the 8-bit dot product on 512 bits, in code made at run time, where the system lets memory be executed; builds on
    /// <see cref="Avx512BW"/>.
    /// </summary>
    Avx512Vnni,
    /// <summary>64-bit Arm with Advanced SIMD.</summary>
    AdvSimd,
    /// <summary>64-bit Arm with the 8-bit dot product; builds on <see cref="AdvSimd"/>.</summary>
    AdvSimdDot,
}
