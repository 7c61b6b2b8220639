namespace QuantPS.Engine;

/// <summary>
/// The PyTorch backend whose numerics a quantized model follows. It sets the default qconfig, and how bias and results are rounded.
/// </summary>
/// <remarks>There is no 0: in a script every backend counts as true, and that there is none as false.</remarks>
public enum QuantizationBackend
{
    /// <summary>x86 servers: 7-bit activations, per-channel weights, bias kept in float.</summary>
    Fbgemm = 1,
    /// <summary>
    /// PyTorch's present default for x86: the qconfig and numerics of <see cref="Fbgemm"/>, but convolutions of up to 100 groups round
    /// as <see cref="Onednn"/>, which PyTorch uses for them where the processor has AVX-512 VNNI.
    /// </summary>
    X86,
    /// <summary>ARM: 8-bit activations, per-tensor weights, bias rounded to int32.</summary>
    Qnnpack,
    /// <summary>x86 with VNNI: 8-bit activations, per-channel weights, bias kept in float.</summary>
    Onednn,
}
