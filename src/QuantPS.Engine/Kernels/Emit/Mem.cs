namespace QuantPS.Engine.Kernels;

/// <summary>A place in memory: a register and a distance in bytes.</summary>
/// <param name="Base">The register; one that needs no byte of scale and index.</param>
/// <param name="Displacement">The distance.</param>
/// <param name="Broadcast">Whether the instruction takes one element of four bytes there for all its lanes.</param>
internal readonly record struct Mem(Gpr Base, int Displacement = 0, bool Broadcast = false);
