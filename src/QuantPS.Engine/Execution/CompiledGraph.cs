using System.Collections.Immutable;
using System.Diagnostics;
using QuantPS.Engine.Execution.Lowering;
using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution;

/// <summary>
/// A graph made ready to run: kernels with their packed weights in the order in which they run, and one arena for all values. It holds
/// native memory: dispose it. One run at a time.
/// </summary>
/// <remarks>
/// <para><c>Dequantize -> operator (-> ReLU) -> Quantize</c> runs on codes, with accumulators of exact 32-bit integers; what is not
/// recognised runs in float. <see cref="Steps"/> says which is which. That choice depends on the graph and the backend alone.</para>
/// <para>Codes are the same bytes on every instruction set and thread count. Floats agree to 1e-5 between instruction sets, and are
/// equal at any thread count and batch.</para>
/// </remarks>
public sealed unsafe class CompiledGraph : IDisposable
{
    private readonly NativeMemoryBlock _arena;
    private readonly WorkerPool _pool;
    private readonly Kernel[] _kernels;
    private readonly Value[] _outputs;
    private readonly bool[] _tapped;
    private readonly IInputKernel[] _inputs;
    private readonly OutputKernel[] _results;
    private readonly RunSize _largest;
    private int _running;

    private CompiledGraph(Graph graph, CompileOptions options, InstructionSet instructionSet)
    {
        LoweredGraph lowered = GraphLowering.Lower(graph, options);
        (_largest, InstructionSet, Threads) = (lowered.Largest, instructionSet, options.Threads);
        Inputs = [.. lowered.Inputs.Select(PortOf)];
        Outputs = [.. graph.Outputs.Zip(lowered.Results, (name, value) => PortOf(value) with { Name = name })];

        (ImmutableArray<MemoryPlan.Place> places, long length) = MemoryPlan.Plan(lowered.Operations, _largest);
        _arena = new NativeMemoryBlock(length);
        foreach (MemoryPlan.Place place in places)
        {
            place.Storage.Place(_arena.Address + place.Offset);
            ConstantValue.Write(place.Storage);
        }
        KernelTable table = KernelTable.For(instructionSet);
        long taken = NativeMemoryBlock.Taken;
        _kernels = [.. lowered.Operations.Select(operation => operation.Bind(table))];
        PackedWeightBytes = NativeMemoryBlock.Taken - taken;
        _outputs = [.. lowered.Operations.Select(operation => operation.Output)];
        _tapped = Array.ConvertAll(_outputs, value => options.Taps?.Contains(value.Name) ?? lowered.Names.Contains(value.Name));
        _inputs = [.. _kernels.OfType<IInputKernel>().Where(kernel => kernel.Input is not null)];
        _results = [.. _kernels.OfType<OutputKernel>()];
        int scratchBytes = 0;
        foreach (Kernel kernel in _kernels) scratchBytes = Math.Max(scratchBytes, kernel.ScratchBytes);
        _pool = new WorkerPool(Threads, scratchBytes);
        Steps = [.. lowered.Operations.Zip(_kernels, Describe)];
    }

    /// <summary>Ends the helper threads, which would keep themselves alive.</summary>
    ~CompiledGraph() => _pool?.Dispose();

    /// <summary>What the graph takes.</summary>
    public ImmutableArray<GraphPort> Inputs { get; }

    /// <summary>What the graph gives, in float.</summary>
    public ImmutableArray<GraphPort> Outputs { get; }

    /// <summary>The shape of one sample of the first input in PyTorch's order, without the batch: CHW for images.</summary>
    public Shape InputShape => Inputs[0].Shape;

    /// <summary>The shape of one sample of the first output in PyTorch's order, without the batch.</summary>
    public Shape OutputShape => Outputs[0].Shape;

    /// <summary>The largest number of samples of a run.</summary>
    public int MaxBatch => _largest.Batch;

    /// <summary>The largest number of steps of a run's sequences; 1 where there are none.</summary>
    public int MaxLength => _largest.Length;

    /// <summary>The instruction set that runs.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>The number of threads, the calling one included.</summary>
    public int Threads { get; }

    /// <summary>What runs, in order.</summary>
    public IReadOnlyList<PlanStep> Steps { get; }

    /// <summary>The bytes of memory that all values share.</summary>
    public long ArenaBytes => _arena.Length;

    /// <summary>
    /// The bytes of memory that the kernels keep: weights as they want them, and the numbers that go with them. The scalar kernels, which
    /// keep them as they are, do not count.
    /// </summary>
    public long PackedWeightBytes { get; }

    /// <summary>Makes a graph ready to run: lowers it to kernels, packs the weights, plans the memory.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="options">How it is compiled.</param>
    /// <exception cref="GraphException">The graph cannot run: shapes do not fit, or a weight is not a constant.</exception>
    /// <exception cref="ArgumentException">An option is out of its range, or names a value or an instruction set that is not there.</exception>
    public static CompiledGraph Compile(Graph graph, CompileOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBatch, 1, "MaxBatch");
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1, "Threads");
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxLength ?? 1, 1, "MaxLength");
        return new CompiledGraph(graph, options, InstructionSets.Choose(options.InstructionSet));
    }

    /// <summary>Memory for the inputs and outputs of runs up to the largest.</summary>
    public RunBuffers CreateBuffers() => new(Inputs, Outputs, _largest);

    /// <summary>Runs the graph on what the buffers hold. Allocates nothing on the managed heap.</summary>
    /// <param name="buffers">The inputs, and memory for the outputs: of <see cref="CreateBuffers"/>.</param>
    /// <param name="batch">The number of samples, from 1 to <see cref="MaxBatch"/>.</param>
    /// <param name="length">The number of steps of each sequence, from 1 to <see cref="MaxLength"/>.</param>
    /// <param name="tap">Sees the values that <see cref="CompileOptions.Taps"/> names.</param>
    /// <param name="cancel">Stops the run between two steps.</param>
    /// <exception cref="ArgumentException">The batch or the length does not fit, or the buffers are another graph's.</exception>
    /// <exception cref="InvalidOperationException">Another run is under way.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; the outputs hold nothing of use.</exception>
    public void Run(RunBuffers buffers, int batch, int length = 1, ValueTap? tap = null, CancellationToken cancel = default) =>
        Execute(buffers, batch, length, tap, ticks: [], cancel);

    /// <summary>Runs a graph of one float input and one output. Allocates nothing on the managed heap. Sequences have the largest length.</summary>
    /// <param name="input">The samples one after another, each of <see cref="InputShape"/>.</param>
    /// <param name="batch">The number of samples, from 1 to <see cref="MaxBatch"/>.</param>
    /// <param name="output">Takes the results one after another, each of <see cref="OutputShape"/>; codes are dequantized.</param>
    /// <param name="tap">Sees the values that <see cref="CompileOptions.Taps"/> names.</param>
    /// <param name="cancel">Stops the run between two steps.</param>
    /// <exception cref="ArgumentException">The batch or a length does not fit.</exception>
    /// <exception cref="InvalidOperationException">Another run is under way.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled; the output holds nothing of use.</exception>
    public void Run(ReadOnlySpan<float> input, int batch, Span<float> output, ValueTap? tap = null, CancellationToken cancel = default) =>
        Execute(input, batch, output, tap, ticks: [], cancel);

    /// <summary>Runs a graph of one float input and one output, and times each step.</summary>
    /// <param name="input">The samples.</param>
    /// <param name="batch">The number of samples.</param>
    /// <param name="output">Takes the results.</param>
    /// <param name="ticks">Takes the time of each of <see cref="Steps"/>, in ticks of <see cref="Stopwatch"/>.</param>
    /// <exception cref="ArgumentException">The batch or a length does not fit.</exception>
    /// <exception cref="InvalidOperationException">Another run is under way.</exception>
    public void Profile(ReadOnlySpan<float> input, int batch, Span<float> output, Span<long> ticks)
    {
        RequireRoom(ticks);
        Execute(input, batch, output, tap: null, ticks, CancellationToken.None);
    }

    /// <summary>Runs the graph on what the buffers hold, and times each step.</summary>
    /// <param name="buffers">The inputs, and memory for the outputs: of <see cref="CreateBuffers"/>.</param>
    /// <param name="batch">The number of samples.</param>
    /// <param name="length">The number of steps of each sequence.</param>
    /// <param name="ticks">Takes the time of each of <see cref="Steps"/>, in ticks of <see cref="Stopwatch"/>.</param>
    /// <param name="cancel">Stops the run between two steps.</param>
    /// <exception cref="ArgumentException">The batch or the length does not fit, or the buffers are another graph's.</exception>
    /// <exception cref="InvalidOperationException">Another run is under way.</exception>
    public void Profile(RunBuffers buffers, int batch, int length, Span<long> ticks, CancellationToken cancel = default)
    {
        RequireRoom(ticks);
        Execute(buffers, batch, length, tap: null, ticks, cancel);
    }

    /// <summary>Frees the native memory and ends the helper threads.</summary>
    /// <exception cref="InvalidOperationException">A run is under way.</exception>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _running, 1) != 0)
        {
            if (_arena.Address is null) return;
            throw new InvalidOperationException("The compiled graph is running.");
        }
        _pool.Dispose();
        foreach (Kernel kernel in _kernels) kernel.Dispose();
        _arena.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Execute(ReadOnlySpan<float> input, int batch, Span<float> output, ValueTap? tap, Span<long> ticks, CancellationToken cancel)
    {
        if (Inputs is not [{ Element: ElementType.Float32 }] || Outputs.Length != 1)
            throw new InvalidOperationException("The graph takes or gives more than one value of floats: run it with buffers.");
        Start(batch);
        try
        {
            RequireLength(input.Length, batch, InputShape, "input", nameof(input));
            RequireLength(output.Length, batch, OutputShape, "output", nameof(output));
            fixed (float* source = input, destination = output)
            {
                foreach (IInputKernel kernel in _inputs) kernel.Memory = source;
                _results[0].Destination = destination;
                RunSteps(new(batch, MaxLength), tap, ticks, cancel);
            }
        }
        finally
        {
            End();
        }
    }

    private void Execute(RunBuffers buffers, int batch, int length, ValueTap? tap, Span<long> ticks, CancellationToken cancel)
    {
        if (length < 1 || length > MaxLength)
            throw new ArgumentException($"A length of {length} does not fit: the graph was compiled for 1 to {MaxLength} steps.", nameof(length));
        buffers.RequireFits(Inputs, Outputs, _largest);
        Start(batch);
        try
        {
            foreach (IInputKernel kernel in _inputs) kernel.Memory = buffers.Input(kernel.Input!);
            for (int i = 0; i < _results.Length; i++) _results[i].Destination = buffers.Output(i);
            RunSteps(new(batch, length), tap, ticks, cancel);
        }
        finally
        {
            End();
        }
    }

    private void RequireRoom(Span<long> ticks)
    {
        if (ticks.Length != Steps.Count)
            throw new ArgumentException($"There is room for the times of {ticks.Length} steps, and there are {Steps.Count}.", nameof(ticks));
    }

    private void Start(int batch)
    {
        if (batch < 1 || batch > MaxBatch)
            throw new ArgumentException($"A batch of {batch} does not fit: the graph was compiled for 1 to {MaxBatch}.", nameof(batch));
        ObjectDisposedException.ThrowIf(_arena.Address is null, this);
        if (Interlocked.Exchange(ref _running, 1) != 0)
            throw new InvalidOperationException("The compiled graph runs already: compile one for each thread that runs it.");
        _pool.BeginRun();
    }

    private void End()
    {
        foreach (IInputKernel kernel in _inputs) kernel.Memory = null;
        foreach (OutputKernel kernel in _results) kernel.Destination = null;
        _pool.EndRun();
        Volatile.Write(ref _running, 0);
    }

    private void RunSteps(RunSize size, ValueTap? tap, Span<long> ticks, CancellationToken cancel)
    {
        for (int i = 0; i < _kernels.Length; i++)
        {
            cancel.ThrowIfCancellationRequested();
            Kernel kernel = _kernels[i];
            long start = ticks.IsEmpty ? 0 : Stopwatch.GetTimestamp();
            int rows = size.Rows(_outputs[i]);
            kernel.Prepare(size);
            kernel.Begin(rows);
            for (int pass = 0; pass < kernel.Passes; pass++)
            {
                if (pass > 0) cancel.ThrowIfCancellationRequested();
                kernel.BeginPass(pass);
                int units = kernel.Units(rows);
                if (units > 0) _pool.Run(kernel, units);
                kernel.EndPass(pass);
            }
            if (!ticks.IsEmpty) ticks[i] = Stopwatch.GetTimestamp() - start;
            if (tap is not null && _tapped[i]) Show(_outputs[i], size, tap);
        }
    }

    private void Show(Value value, RunSize size, ValueTap tap)
    {
        // These allocate, but only where somebody looks: the shape with the batch of this run, a scale chosen as it ran, the copy of a slice.
        Shape shape = value.ShapeOf(size);
        QuantParams? quantization = value.IsDynamic ? DynamicParameters.Read(value.DynamicParameters(_largest.Rows(value))).ToQuantParams() : value.Quantization;
        int length = checked(value.Elements * size.Rows(value) * value.Element.Size());
        ReadOnlySpan<byte> bytes = value.SliceOf is null ? new ReadOnlySpan<byte>(value.Address, length) : Joined(value, length);
        tap(new TappedValue(value.Name, value.Element, shape, value.ChannelsLast, quantization, bytes));
    }

    /// <summary>The runs of a slice one behind another.</summary>
    private static byte[] Joined(Value value, int length)
    {
        var joined = new byte[length];
        (int run, long pitch) = (value.Run * value.Element.Size(), (long)value.Pitch * value.Element.Size());
        byte* from = value.Address;
        for (int at = 0; at < length; at += run, from += pitch) new ReadOnlySpan<byte>(from, run).CopyTo(joined.AsSpan(at));
        return joined;
    }

    private static void RequireLength(int length, int batch, Shape sample, string what, string parameter)
    {
        long needed = sample.ElementCount * batch;
        if (length != needed)
            throw new ArgumentException($"The {what} has {length} floats, and {batch} of {sample} are {needed}.", parameter);
    }

    private PlanStep Describe(Operation operation, Kernel kernel) => new(
        operation.Output.Name, operation.Nodes.FirstOrDefault(node => node.Module.Length > 0)?.Module ?? "",
        [.. operation.Nodes.Select(node => node.Name)], kernel.Name, kernel.Precision, kernel.InstructionSet, operation.Output.ShapeOf(new(1, MaxLength)));

    private GraphPort PortOf(Value value) =>
        new(value.Name, value.Element, Shape.Create(value.ShapeOf(new(1, MaxLength)).AsSpan()[1..]), value.IsSequence);
}
