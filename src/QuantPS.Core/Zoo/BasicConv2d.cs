using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>
/// The parts that torchvision's GoogLeNet and Inception v3 share: convolution, normalization and ReLU as one module (<c>BasicConv2d</c>), and
/// the input transform.
/// </summary>
internal static class BasicConv2d
{
    private const float Epsilon = 1e-3f;

    /// <summary>A convolution without bias, its normalization and its ReLU, declared where it is called.</summary>
    public static string BasicConv(this GraphBuilder graph, string path, string x, int channels, Size2 kernel, int stride = 1, Size2 padding = default,
        Initializer? weight = null)
    {
        graph.Declare(path, $"{path}.conv", $"{path}.bn", $"{path}.relu");
        x = graph.Conv2d($"{path}.conv", x, channels, kernel, stride, padding, weight: weight);
        x = graph.BatchNorm2d($"{path}.bn", x, Epsilon);
        return graph.Relu($"{path}.relu", x);
    }

    /// <summary>
    /// The input brought from the statistics of ImageNet to a mean and a deviation of 0.5, which the weights that came from TensorFlow take;
    /// the input as it is where that was not chosen.
    /// </summary>
    public static string TransformInput(this GraphBuilder graph)
    {
        if (!graph.Options.TransformInput) return graph.Input;
        (double Mean, double Deviation)[] channels = [(0.485, 0.229), (0.456, 0.224), (0.406, 0.225)];
        return graph.Emit(new TransformInput
        {
            Name = "transform_input", Inputs = [graph.Input],
            Scale = [.. channels.Select(channel => (float)(channel.Deviation / 0.5))],
            Shift = [.. channels.Select(channel => (float)((channel.Mean - 0.5) / 0.5))],
        });
    }
}
