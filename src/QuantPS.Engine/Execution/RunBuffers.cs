using System.Collections.Immutable;

namespace QuantPS.Engine.Execution;

/// <summary>
/// The inputs and outputs of runs of a <see cref="CompiledGraph"/>, in native memory: dispose it. The samples of a run lie one after
/// another in PyTorch's order, sequences with as many steps as the run has.
/// </summary>
public sealed unsafe class RunBuffers : IDisposable
{
    private readonly ImmutableArray<GraphPort> _inputs;
    private readonly ImmutableArray<GraphPort> _outputs;
    private readonly RunSize _largest;
    private readonly NativeMemoryBlock[] _blocks;

    internal RunBuffers(ImmutableArray<GraphPort> inputs, ImmutableArray<GraphPort> outputs, RunSize largest)
    {
        (_inputs, _outputs, _largest) = (inputs, outputs, largest);
        _blocks = [.. inputs.Concat(outputs).Select(port => new NativeMemoryBlock(Length(port) * port.Element.Size()))];
    }

    /// <summary>Memory for an input of floats, up to the largest run.</summary>
    /// <exception cref="ArgumentException">There is no such input of floats.</exception>
    public Span<float> Floats(string input) => new(Find(_inputs, input, ElementType.Float32, 0, out int length), length);

    /// <summary>Memory for an input of indices, up to the largest run.</summary>
    /// <exception cref="ArgumentException">There is no such input of indices.</exception>
    public Span<long> Indices(string input) => new(Find(_inputs, input, ElementType.Int64, 0, out int length), length);

    /// <summary>An output after a run; what is behind the samples of that run means nothing.</summary>
    /// <exception cref="ArgumentException">There is no such output.</exception>
    public ReadOnlySpan<float> Results(string output) => new(Find(_outputs, output, ElementType.Float32, _inputs.Length, out int length), length);

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        foreach (NativeMemoryBlock block in _blocks) block.Dispose();
    }

    internal void* Input(string name)
    {
        for (int i = 0; i < _inputs.Length; i++)
            if (_inputs[i].Name == name) return _blocks[i].Address;
        return null;
    }

    internal float* Output(int index) => (float*)_blocks[_inputs.Length + index].Address;

    internal void RequireFits(ImmutableArray<GraphPort> inputs, ImmutableArray<GraphPort> outputs, RunSize largest)
    {
        ObjectDisposedException.ThrowIf(_blocks[0].Address is null, this);
        if (_largest != largest || !inputs.Equals(_inputs) || !outputs.Equals(_outputs))
            throw new ArgumentException("The buffers were made for another graph.");
    }

    private void* Find(ImmutableArray<GraphPort> ports, string name, ElementType element, int first, out int length)
    {
        for (int i = 0; i < ports.Length; i++)
            if (ports[i].Name == name && ports[i].Element == element)
            {
                length = checked((int)Length(ports[i]));
                ObjectDisposedException.ThrowIf(_blocks[first + i].Address is null, this);
                return _blocks[first + i].Address;
            }
        throw new ArgumentException($"There is no '{name}' of {element.ToString().ToLowerInvariant()}. There are: {string.Join(", ", ports.Select(port => port.Name))}.");
    }

    private long Length(GraphPort port) => port.Shape.ElementCount * _largest.Batch;
}
