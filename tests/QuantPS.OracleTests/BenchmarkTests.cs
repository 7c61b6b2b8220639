using System.Diagnostics;
using System.Text.Json;
using QuantPS.OracleTests.Oracle;

namespace QuantPS.OracleTests;

/// <summary>The benchmarks that stand beside other engines, with as little measuring as they can do.</summary>
public sealed class BenchmarkTests
{
    [Fact]
    public void The_engines_agree_and_are_timed_in_turns()
    {
        Libtorch.Require(QEngine.X86);
        JsonElement report = Run("engine --case linear_1024x1024_b1 --threads 2 --rounds 2 --burst 5");
        JsonElement[] engines = [.. report.GetProperty("cases")[0].GetProperty("engines").EnumerateArray()];
        Assert.Equal(["quantps-int8", "quantps-float", "ort-int8", "ort-float", "libtorch-int8", "libtorch-float"],
            engines.Select(engine => engine.GetProperty("engine").GetString()));
        Assert.All(engines, engine => Assert.InRange(engine.GetProperty("agreement").GetProperty("cosine").GetDouble(), 0.999, 1.000001));
        Assert.All(engines, engine => Assert.Equal(2, engine.GetProperty("rounds").GetArrayLength()));
        Assert.True(engines[0].GetProperty("againstFastestInt8Peer").GetProperty("median").GetDouble() > 0);
    }

    [Fact]
    public void Every_layer_with_weights_is_found_in_ONNX_Runtimes_profile()
    {
        JsonElement[] layers = [.. Run("layers --case mobilenet_v2 --rounds 1 --burst 5").GetProperty("cases")[0].GetProperty("layers").EnumerateArray()];
        JsonElement[] weighted = [.. layers.Where(layer => layer.GetProperty("macs").GetInt64() > 0)];
        Assert.Equal(53, weighted.Length);
        Assert.All(weighted, layer => Assert.True(layer.GetProperty("peerMicroseconds").GetDouble() > 0, layer.GetProperty("name").GetString()));
    }

    [Fact]
    public void A_process_tells_when_it_started_and_what_memory_it_took()
    {
        JsonElement times = Run("start --case mobilenet_v2 --engine quantps-int8 --rounds 1").GetProperty("starts")[0].GetProperty("times");
        double[] order = [.. new[] { "main", "loaded", "firstResult" }.Select(name => times.GetProperty(name).GetDouble())];
        Assert.Equal(order.Order(), order);
        Assert.InRange(times.GetProperty("firstMiB").GetDouble(), times.GetProperty("bareMiB").GetDouble(), times.GetProperty("lastMiB").GetDouble());
    }

    private static JsonElement Run(string arguments)
    {
        string folder = AppContext.BaseDirectory.Replace("QuantPS.OracleTests", "QuantPS.Benchmarks", StringComparison.Ordinal);
        string program = Path.Combine(folder, OperatingSystem.IsWindows() ? "QuantPS.Benchmarks.exe" : "QuantPS.Benchmarks");
        string file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(program, [.. arguments.Split(' '), "--out", file]) { RedirectStandardError = true, RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            Task<string> table = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            string messages = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, messages);
            Assert.NotEmpty(table.Result);
            return JsonDocument.Parse(File.ReadAllText(file)).RootElement;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
