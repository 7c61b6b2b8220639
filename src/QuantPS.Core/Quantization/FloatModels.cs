using QuantPS.Engine;

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

    /// <summary>Throws unless the model takes images.</summary>
    /// <exception cref="QuantPSException"><c>ModelNotForImages</c>.</exception>
    public static void RequireImages(this QuantModel model)
    {
        if (model.Graph.Inputs is not [{ Element: ElementType.Float32, IsSequence: false }])
            throw new QuantPSException("ModelNotForImages",
                $"'{model.Name}' does not take images. A network for text is quantized by Invoke-DynamicQuantization, and run by Invoke-QuantModel -Text or -InputTensor.", model.Name);
    }
}
