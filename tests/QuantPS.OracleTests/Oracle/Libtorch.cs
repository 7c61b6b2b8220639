using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine;
using QuantPS.Export;
using TorchSharp;

namespace QuantPS.OracleTests.Oracle;

/// <summary>libtorch as the oracle: a script module made from source, whose methods take and give plain tensors.</summary>
internal sealed class Libtorch : IDisposable
{
    private readonly torch.jit.ScriptModule _module;

    /// <summary>Compiles the body of a class; see <see cref="TorchScriptArchive"/>.</summary>
    public Libtorch(string source, params IReadOnlyList<HostTensor> state) : this(TorchScriptArchive.Write(source, state)) { }

    /// <summary>Loads an archive; see <see cref="TorchScriptArchive"/>.</summary>
    public Libtorch(byte[] archive) : this(torch.jit.load(archive)) { }

    private Libtorch(torch.jit.ScriptModule module) => _module = module;

    /// <summary>Loads a file.</summary>
    public static Libtorch Load(string file) => new(torch.jit.load(file));

    /// <summary>Loads a network as it is exported.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="values">The values that <c>forward</c> gives; the output alone when not given.</param>
    public Libtorch(Graph graph, params ImmutableArray<string> values) : this(ExportOf(graph, values)) { }

    /// <summary>The quantized engine of the whole process: tests that set it do not run at the same time.</summary>
    public static QEngine Engine { set => QEngines.Use(value); }

    /// <summary>Skips the test where libtorch lacks an engine, or cannot be told which to use.</summary>
    public static void Require(QEngine engine)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("The names of libtorch's functions that set its engine are known for Linux and macOS.");
        if (engine != QEngine.Qnnpack && !X86Base.IsSupported) Assert.Skip($"libtorch has the engine {engine} on x86 alone.");
    }

    /// <summary>Calls a method that gives one tensor.</summary>
    public T[] Invoke<T>(string method, params IEnumerable<HostTensor?> arguments) where T : unmanaged
    {
        using DisposeScope scope = torch.NewDisposeScope();
        object[] tensors = [.. arguments.Select(argument => argument?.ToTorch()!)];
        return ((torch.Tensor)_module.invoke(method, tensors)).contiguous().data<T>().ToArray();
    }

    /// <summary>Calls a method that gives a tensor, or several as a tuple.</summary>
    public float[][] InvokeForOutputs(string method, params IEnumerable<HostTensor> arguments)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        object[] tensors = [.. arguments.Select(argument => argument.ToTorch())];
        object result = _module.invoke(method, tensors);
        IEnumerable<object?> results = result is ITuple tuple ? Enumerable.Range(0, tuple.Length).Select(i => tuple[i]) : [result];
        return [.. results.Select(value => ((torch.Tensor)value!).contiguous().data<float>().ToArray())];
    }

    /// <summary>Calls a method that takes a list of tensors and gives one.</summary>
    public T[] InvokeOnList<T>(string method, IEnumerable<HostTensor> list) where T : unmanaged
    {
        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor[] tensors = [.. list.Select(tensor => tensor.ToTorch())];
        return ((torch.Tensor)_module.invoke(method, (object)tensors)).contiguous().data<T>().ToArray();
    }

    /// <summary>Calls a method that gives a list of tensors: the codes of all but the last, which are quantized, and the last as floats.</summary>
    public (byte[][] Codes, float[] Last) InvokeAll(string method, params IEnumerable<HostTensor?> arguments)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        object[] tensors = [.. arguments.Select(argument => argument?.ToTorch()!)];
        var results = (torch.Tensor[])_module.invoke(method, tensors);
        return ([.. results[..^1].Select(result => result.int_repr().contiguous().data<byte>().ToArray())], results[^1].contiguous().data<float>().ToArray());
    }

    public void Dispose() => _module.Dispose();

    private static byte[] ExportOf(Graph graph, ImmutableArray<string> values)
    {
        using var stream = new MemoryStream();
        TorchScriptFile.Write(graph, stream, new TorchScriptOptions { Values = values });
        return stream.ToArray();
    }
}
