using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>
/// The small network that ships with the module: residual stages in the manner of ResNet on 32x32 images, then two linear layers that hold
/// more than half of its weights, so that dynamic quantization has something to work on.
/// </summary>
internal static class SampleNet
{
    public static string Build(GraphBuilder graph, int classCount)
    {
        graph.Declare("conv1", "bn1", "relu", "layer1");
        string x = graph.Conv2d("conv1", graph.Input, 16, kernel: 3, padding: 1);
        x = graph.Relu("relu", graph.BatchNorm2d("bn1", x));
        x = ResNet.BasicBlock(graph, "layer1.0", x, 32, stride: 2);
        x = ResNet.BasicBlock(graph, "layer1.1", x, 32, stride: 1);
        graph.Declare("layer2");
        x = ResNet.BasicBlock(graph, "layer2.0", x, 64, stride: 2);
        graph.Declare("avgpool", "classifier", "classifier.0", "classifier.1", "classifier.2", "quant", "dequant");
        x = graph.Emit(new AdaptiveAvgPool2d { Name = "avgpool", Module = "avgpool", Inputs = [x], Output = 2 });
        x = graph.Emit(new Flatten { Name = "flatten", Inputs = [x] });
        x = graph.Relu("classifier.1", graph.Linear("classifier.0", x, 384));
        return graph.Linear("classifier.2", x, classCount);
    }
}
