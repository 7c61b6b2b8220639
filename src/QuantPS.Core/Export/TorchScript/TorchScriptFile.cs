using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Export;

/// <summary>
/// Writes networks as TorchScript archives, which <c>torch.jit.load</c> opens and runs, in evaluation mode: from Python, C++ and other languages
/// that libtorch serves.
/// </summary>
/// <remarks>
/// The module takes the inputs of the graph with any number of samples, float32 images NCHW, or sequences of any length, batch first, of floats
/// or of int64 indices; and gives what the graph gives, several values as a tuple. Quantized layers are libtorch's operators
/// <c>quantized::</c> with packed parameters that are made as the file is loaded, by the engine that is set then: set the engine of the model's
/// backend before. What the graph computes in float between quantized layers is float there. Parameters are constants of the program. The same
/// graph gives the same bytes.
/// </remarks>
public static class TorchScriptFile
{
    /// <summary>Writes a file. It appears under its name, or replaces the one there, only when it is complete.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="QuantPSException">
    /// TorchScriptUnsupported: an operator of the network cannot be written; the message names it. CheckpointNotWritten: the folder is not there,
    /// the disk is full, or the user may not.
    /// </exception>
    public static void Write(QuantModel model, string path)
    {
        var options = new TorchScriptOptions { RootName = RecordArchive.RootNameOf(path), Backend = model.Backend };
        ScriptModule module = GraphScript.Translate(model.Graph, options.Values);
        Checkpoint.WriteFile(path, stream => module.Write(stream, options));
    }

    /// <summary>Writes to a stream, which need not seek.</summary>
    /// <param name="graph">The network.</param>
    /// <param name="stream">The stream.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="QuantPSException">TorchScriptUnsupported: an operator of the network cannot be written; the message names it.</exception>
    /// <exception cref="ArgumentException">There is no value of a name that is asked for.</exception>
    public static void Write(Graph graph, Stream stream, TorchScriptOptions? options = null)
    {
        options ??= new TorchScriptOptions();
        GraphScript.Translate(graph, options.Values).Write(stream, options);
    }
}
