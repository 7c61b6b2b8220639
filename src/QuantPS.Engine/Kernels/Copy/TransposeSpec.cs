using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Each sample is a matrix of so many rows and columns, and is transposed: between NHWC and NCHW.</summary>
internal sealed record TransposeSpec(Value Input, Value Output, int Rows, int Columns);
