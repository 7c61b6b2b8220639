namespace QuantPS.Quantization;

/// <summary>What quantization asks of the models that it takes.</summary>
public static class FloatModels
{
    /// <summary>Throws where a model is quantized already.</summary>
    /// <exception cref="QuantPSException"><c>ModelAlreadyQuantized</c>.</exception>
    public static void RequireFloat(this QuantModel model)
    {
        if (model.Precision != ModelPrecision.Float32)
            throw new QuantPSException("ModelAlreadyQuantized",
                $"The model '{model.Name}' is quantized already ({model.Precision}). Start from the float model.", model.Name);
    }
}
