namespace QuantPS.Engine;

/// <summary>The element types of tensors, named as PyTorch names its dtypes.</summary>
public enum ElementType
{
    /// <summary>32-bit IEEE float (<c>torch.float32</c>).</summary>
    Float32,
    /// <summary>64-bit IEEE float (<c>torch.float64</c>).</summary>
    Float64,
    /// <summary>16-bit IEEE float (<c>torch.float16</c>).</summary>
    Float16,
    /// <summary>The upper half of a 32-bit float (<c>torch.bfloat16</c>).</summary>
    BFloat16,
    /// <summary>Boolean, one byte (<c>torch.bool</c>).</summary>
    Bool,
    /// <summary>Unsigned 8-bit integer (<c>torch.uint8</c>).</summary>
    UInt8,
    /// <summary>Signed 8-bit integer (<c>torch.int8</c>).</summary>
    Int8,
    /// <summary>Signed 16-bit integer (<c>torch.int16</c>).</summary>
    Int16,
    /// <summary>Signed 32-bit integer (<c>torch.int32</c>).</summary>
    Int32,
    /// <summary>Signed 64-bit integer (<c>torch.int64</c>).</summary>
    Int64,
    /// <summary>Two 32-bit floats (<c>torch.complex64</c>).</summary>
    Complex64,
    /// <summary>Two 64-bit floats (<c>torch.complex128</c>).</summary>
    Complex128,
    /// <summary>Quantized signed 8-bit codes with a scale and a zero point (<c>torch.qint8</c>).</summary>
    QInt8,
    /// <summary>Quantized unsigned 8-bit codes with a scale and a zero point (<c>torch.quint8</c>).</summary>
    QUInt8,
    /// <summary>Quantized signed 32-bit codes with a scale and a zero point (<c>torch.qint32</c>).</summary>
    QInt32,
    /// <summary>Quantized unsigned 4-bit codes, two a byte, the first in the lower half (<c>torch.quint4x2</c>).</summary>
    QUInt4x2,
}
