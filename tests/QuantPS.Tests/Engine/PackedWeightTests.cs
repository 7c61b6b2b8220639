using System.Runtime.CompilerServices;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Tests.Zoo;
using QuantPS.Zoo;
using Xunit;

namespace QuantPS.Tests.Engine;

/// <summary>The memory that compiled graphs keep for weights.</summary>
public sealed class PackedWeightTests
{
    [Theory, MemberData(nameof(Rungs.AboveScalar), MemberType = typeof(Rungs))]
    public void Packed_weights_take_little_more_than_the_weights(InstructionSet set)
    {
        const double most = 1.3;
        foreach (string name in new[] { "mobilenet_v2", "resnet18" })
        {
            Graph graph = UncalibratedModels.Static(Architectures.Find(name).Create(1), QuantizationBackend.X86).Graph;
            using CompiledGraph compiled = CompiledGraph.Compile(graph, new CompileOptions { InstructionSet = set, Backend = QuantizationBackend.X86 });
            long weights = graph.Constants.Values.Where(constant => constant.Element == ElementType.QInt8).Sum(constant => constant.ByteCount);
            double ratio = compiled.PackedWeightBytes / (double)weights;
            Assert.True(ratio > 1 && ratio <= most, $"{name} on {set}: {compiled.PackedWeightBytes:N0} bytes for {weights:N0} bytes of weights, {ratio:f3} times as many");
        }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void A_compiled_graph_keeps_no_weight_of_the_model_in_memory(InstructionSet set)
    {
        foreach (bool quantized in new[] { false, true })
        {
            (CompiledGraph compiled, WeakReference<Tensor>[] weights) = Compile(set, quantized);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            Assert.DoesNotContain(weights, weight => weight.TryGetTarget(out _));
            compiled.Dispose();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (CompiledGraph Compiled, WeakReference<Tensor>[] Weights) Compile(InstructionSet set, bool quantized)
    {
        QuantModel model = Architectures.Find("cifar_resnet20").Create(1);
        Graph graph = (quantized ? UncalibratedModels.Static(model, QuantizationBackend.X86) : model).Graph;
        CompiledGraph compiled = CompiledGraph.Compile(graph, new CompileOptions { InstructionSet = set, Backend = QuantizationBackend.X86 });
        return (compiled, [.. graph.Constants.Values.Where(constant => constant.Shape.Rank >= 2).Select(constant => new WeakReference<Tensor>(constant))]);
    }
}
