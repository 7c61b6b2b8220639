namespace QuantPS.Engine;

/// <summary>What is known of a value of the graph before it is computed.</summary>
/// <param name="Element">The element type.</param>
/// <param name="Shape">The shape, batch included.</param>
/// <param name="Quantization">Scale and zero point of a quantized value; null for others, and where they are chosen as it runs.</param>
public sealed record TensorType(ElementType Element, Shape Shape, QuantParams? Quantization = null)
{
    /// <summary>A 32-bit float value of the given shape.</summary>
    public static TensorType Float(Shape shape) => new(ElementType.Float32, shape);

    /// <inheritdoc/>
    public override string ToString() => $"{Element.ToString().ToLowerInvariant()}[{Shape}]";
}
