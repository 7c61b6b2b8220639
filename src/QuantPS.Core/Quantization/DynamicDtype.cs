using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>What dynamic quantization makes of weights, named as PyTorch names its dtypes.</summary>
public enum DynamicDtype
{
    /// <summary>
    /// <c>torch.qint8</c>: matrices with one scale each, multiplied by codes. Embeddings that are asked for get <c>torch.quint8</c>, which is the
    /// only one of eight bits that they can have.
    /// </summary>
    QInt8,
    /// <summary><c>torch.float16</c>: matrices rounded to 16 bits, computed with in 32.</summary>
    Float16,
    /// <summary><c>torch.quint8</c>: embeddings, with a float scale and zero point a row.</summary>
    QUInt8,
    /// <summary><c>torch.quint4x2</c>: embeddings in four bits, with a float scale and zero point a row.</summary>
    QUInt4x2,
}
