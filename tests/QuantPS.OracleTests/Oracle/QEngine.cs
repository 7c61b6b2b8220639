namespace QuantPS.OracleTests.Oracle;

/// <summary>libtorch's quantized engines, by its own numbers (<c>at::QEngine</c>).</summary>
public enum QEngine : byte
{
    Fbgemm = 1,
    Qnnpack = 2,
    Onednn = 3,
    X86 = 4,
}
