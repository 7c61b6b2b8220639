using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Export;
using QuantPS.OracleTests.Operators;
using QuantPS.OracleTests.Oracle;
using QuantPS.Tests;

namespace QuantPS.OracleTests.Export;

/// <summary>A model in a file, as libtorch runs it and as the engine runs it.</summary>
internal static class ExportedModel
{
    /// <summary>What libtorch gives for the archive of a model: for all samples at once, and the same for each alone but where the samples choose a range.</summary>
    /// <param name="model">The model.</param>
    /// <param name="engine">The quantized engine, which is set before the archive is loaded; null for a float model.</param>
    /// <param name="images">The samples.</param>
    /// <param name="count">Their number.</param>
    public static float[] Libtorch(QuantModel model, QEngine? engine, float[] images, int count)
    {
        if (engine is { } chosen)
        {
            Oracle.Libtorch.Require(chosen);
            Oracle.Libtorch.Engine = chosen;
        }
        using TemporaryFolder folder = new();
        string file = folder.At("model.torchscript");
        TorchScriptFile.Write(model, file);
        using Libtorch libtorch = Oracle.Libtorch.Load(file);
        long[] sample = [.. model.Graph.Inputs[0].Shape.Select(size => (long)size)];
        float[] together = libtorch.Invoke<float>("forward", HostTensor.From<float>(images, [count, .. sample]));
        float[] apart = [.. images.Chunk(images.Length / count).SelectMany(image => libtorch.Invoke<float>("forward", HostTensor.From<float>(image, [1, .. sample])))];
        if (model.Precision == ModelPrecision.Int8) Assert.Equal(together, apart);
        if (model.Precision == ModelPrecision.Float32) Assert.InRange(LargestError(together, apart), 0, 1e-5f);
        return together;
    }

    /// <summary>What the engine gives.</summary>
    public static float[] Engine(QuantModel model, QEngine engine, float[] images, int count)
    {
        using CompiledGraph compiled = CompiledGraph.Compile(model.Graph, new CompileOptions { MaxBatch = count, Backend = Parity.BackendOf(engine) });
        var result = new float[compiled.OutputShape.ElementCount * count];
        compiled.Run(images, count, result, cancel: TestContext.Current.CancellationToken);
        return result;
    }

    /// <summary>The largest difference, as a share of the largest result.</summary>
    public static float LargestError(float[] ours, float[] theirs)
    {
        Assert.Equal(theirs.Length, ours.Length);
        return ours.Zip(theirs).Max(pair => MathF.Abs(pair.First - pair.Second)) / theirs.Max(MathF.Abs);
    }
}
