using System.Collections.Frozen;
using QuantPS.Analysis;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Pipelines;
using QuantPS.Quantization;
using QuantPS.Reports;
using QuantPS.Training;

namespace QuantPS.Completion;

/// <summary>What is said beside each value of an enumeration that a parameter takes.</summary>
internal static class ToolTips
{
    private static readonly FrozenDictionary<Enum, string> _texts = new Dictionary<Enum, string>
    {
        [QuantizationBackend.Fbgemm] = "x86 servers: activations of 7 bits, a weight scale for each channel",
        [QuantizationBackend.X86] = "PyTorch's default for x86: activations of 7 bits, a weight scale for each channel, oneDNN's rounding",
        [QuantizationBackend.Qnnpack] = "Arm: activations of 8 bits, one scale for a weight, biases rounded to integers",
        [QuantizationBackend.Onednn] = "x86 with VNNI: activations of 8 bits, a weight scale for each channel",
        [ObserverKind.MinMax] = "the smallest and the largest value of all",
        [ObserverKind.MovingAverageMinMax] = "an average of the smallest and the largest value of each batch",
        [ObserverKind.PerChannelMinMax] = "the smallest and the largest value of each output channel",
        [ObserverKind.Histogram] = "the range with the least squared error, searched in a histogram of 2,048 bins",
        [DynamicDtype.QInt8] = "8 bits: matrices with one scale, multiplied by codes",
        [DynamicDtype.Float16] = "16 bits: matrices rounded to half precision, computed with in 32 bits",
        [DynamicDtype.QUInt8] = "8 bits, for embeddings: a float scale and zero point for each row",
        [DynamicDtype.QUInt4x2] = "4 bits, for embeddings: a float scale and zero point for each row",
        [TrainingOptimizer.Sgd] = "stochastic gradient descent with momentum",
        [TrainingOptimizer.Adam] = "Adam: a rate for each weight, from averages of its gradients",
        [TrainingOptimizer.AdamW] = "Adam with weight decay apart from the gradients",
        [LearningRateSchedule.Constant] = "the learning rate stays",
        [LearningRateSchedule.Step] = "a tenth of the learning rate after every -StepEpoch epochs",
        [LearningRateSchedule.Cosine] = "down to zero along half a cosine, batch by batch",
        [LearningRateSchedule.OneCycle] = "up from a 25th in the first 30 % of the batches, then down to nearly nothing",
        [TrainingDevice.Cpu] = "the processor",
        [TrainingDevice.Cuda] = "an NVIDIA graphics card; needs TorchSharp's CUDA package",
        [LatencyEngine.QuantPS] = "the engine of this module",
        [LatencyEngine.Libtorch] = "PyTorch's own library, for float models, to compare with",
        [ComparisonParts.Size] = "the length of the files alone",
        [ComparisonParts.Accuracy] = "the accuracy on labelled images (-Data)",
        [ComparisonParts.Latency] = "the time of a run, the two models in turns",
        [ComparisonParts.Layers] = "how far the values of each layer lie apart, on images (-Data)",
        [ComparisonParts.All] = "accuracy, latency and layers",
        [ReportFormat.Markdown] = ".md: tables, as GitHub and Azure Pipelines show them",
        [ReportFormat.Json] = ".json: all figures",
        [ReportFormat.JUnit] = ".xml: a test suite for each model, a test case for each gate",
        [ReportFormat.Html] = ".html: one page with plots, which needs no other file",
        [PipelineStyle.Auto] = "as the environment says: TF_BUILD, GITHUB_ACTIONS, or a person",
        [PipelineStyle.Plain] = "for a person",
        [PipelineStyle.Azure] = "logging commands of Azure Pipelines (##vso[...])",
        [PipelineStyle.GitHub] = "workflow commands of GitHub Actions (::...::)",
        [InstructionSet.Scalar] = "plain C#, the reference for all others",
        [InstructionSet.Avx2] = "x86-64 with AVX2 and FMA",
        [InstructionSet.Avx512BW] = "x86-64 with AVX-512 F, BW, DQ and VL",
        [InstructionSet.AvxVnni] = "x86-64 with the 8-bit dot product on 256 bits",
        [InstructionSet.Avx512Vnni] = "x86-64 with the 8-bit dot product on 512 bits",
        [InstructionSet.AdvSimd] = "64-bit Arm with Advanced SIMD",
        [InstructionSet.AdvSimdDot] = "64-bit Arm with the 8-bit dot product",
    }.ToFrozenDictionary();

    public static string Of(Enum value)
    {
        string text = _texts.GetValueOrDefault(value, value.ToString());
        return value is InstructionSet set && !InstructionSets.Available.Contains(set) ? $"{text}; not on this machine" : text;
    }
}
