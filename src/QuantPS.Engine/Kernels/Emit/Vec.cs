namespace QuantPS.Engine.Kernels;

/// <summary>A vector register of x86-64: its number from 0 to 31, and the bytes of it that an instruction works on: 16, 32 or 64.</summary>
internal readonly record struct Vec(int Number, int Bytes = 64);
