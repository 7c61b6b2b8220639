using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>The steps of a layer, a pass each. A unit is a block of states: the product for its gates, then gates and states, fused.</summary>
internal sealed unsafe class RecurrentKernel<TVector, TLanes> : Kernel where TLanes : struct, IFloatLanes<TVector>
{
    /// <summary>The products of about a microsecond.</summary>
    private const long ProductsOfGrain = 100_000;
    private const int PageFloats = 1024;

    private readonly RecurrentSpec _spec;
    private readonly NativeMemoryBlock _memory;
    private readonly HiddenProduct[] _products;
    private readonly int _size;
    private readonly StateBlocks _blocks;
    private readonly int _gateCount;
    private readonly float* _hidden;
    private readonly float* _cell;
    private readonly float* _gates;
    private RunSize _run;
    private int _steps;
    private int _step;
    private int _direction;

    public RecurrentKernel(RecurrentSpec spec, KernelTable kernels, InstructionSet instructionSet) : base(spec.Name, spec.Precision, instructionSet)
    {
        (_spec, _blocks, _size, _gateCount) = (spec, spec.Blocks, spec.Blocks.States, spec.GateCount);
        // The cell states lie no multiple of a page behind the hidden ones: reading some would wait for writing others.
        int states = (spec.MaxBatch * _size + PageFloats - 1) / PageFloats * PageFloats + PageFloats / 4;
        _memory = new NativeMemoryBlock(sizeof(float) * (2L * states + (long)spec.MaxBatch * _gateCount * _size));
        _hidden = (float*)_memory.Address;
        _cell = _hidden + states;
        _gates = _cell + states;
        Value hidden = Placed("hidden", _size, _hidden);
        Value[] gates = [.. Enumerable.Range(0, _blocks.Count).Select(block => Placed("gates", _gateCount * _blocks.Of(block).Count, GatesOf(block)))];
        _products = Array.ConvertAll(spec.Directions, direction => direction.Hidden(kernels, hidden, gates));
    }

    public override int ScratchBytes => _products.Max(product => product.ScratchBytes);

    public override int Grain => (int)Math.Clamp(ProductsOfGrain / ((long)_run.Batch * _gateCount * _blocks.Size * _size), 1, _blocks.Count);

    public override int Passes => _steps * _products.Length;

    public override void Prepare(RunSize size)
    {
        _run = size;
        _steps = _spec.Steps ?? size.Length;
    }

    public override void BeginPass(int pass)
    {
        (_direction, int step) = Math.DivRem(pass, _steps);
        _step = _direction == 0 ? step : _steps - 1 - step;
        if (step == 0) Start();
        _products[_direction].Begin(_run.Batch);
    }

    public override void EndPass(int pass)
    {
        if (pass % _steps == _steps - 1) Finish();
    }

    public override int Units(int batch) => _blocks.Count;

    public override void Run(int first, int end, byte* scratch)
    {
        // There and back again: what of the weights was read last is still in the cache when the next step begins.
        bool isBack = _step % 2 != 0;
        for (int i = first; i < end; i++) _products[_direction].Run(isBack ? first + end - 1 - i : i, isBack, scratch);
        for (int sample = 0; sample < _run.Batch; sample++)
            for (int block = first; block < end; block++) RunStates(sample, block);
    }

    public override void Dispose()
    {
        foreach (HiddenProduct product in _products) product.Dispose();
        _memory.Dispose();
    }

    private void RunStates(int sample, int block)
    {
        (int start, int count) = _blocks.Of(block);
        long row = (long)sample * _steps + _step, state = (long)sample * _size + start;
        new RecurrentStep<TVector, TLanes>(
            _spec.Gates.Floats + (row * _products.Length * _size + start) * _gateCount + _spec.Directions[_direction].InputStart,
            GatesOf(block) + (long)sample * _gateCount * count, _hidden + state, _cell + state,
            _spec.Output.Floats + row * _spec.Output.Pitch + _direction * _size + start, count).Run(_spec.Function);
    }

    private float* GatesOf(int block) => _gates + (long)_spec.MaxBatch * _gateCount * block * _blocks.Size;

    private void Start()
    {
        Read(_spec.Initial.Hidden, _hidden);
        Read(_spec.Initial.Cell, _cell);
    }

    private void Read(Value? from, float* to)
    {
        var states = new Span<float>(to, _run.Batch * _size);
        if (from is null) states.Clear();
        else
            for (int sample = 0; sample < _run.Batch; sample++) Row(from, sample).CopyTo(states[(sample * _size)..]);
    }

    private void Finish()
    {
        Write(_hidden, _spec.Last.Hidden);
        Write(_cell, _spec.Last.Cell);
    }

    private void Write(float* from, Value? to)
    {
        if (to is null) return;
        for (int sample = 0; sample < _run.Batch; sample++) new Span<float>(from + (long)sample * _size, _size).CopyTo(Row(to, sample));
    }

    private Span<float> Row(Value states, int sample) => new(states.Floats + ((long)sample * _spec.StateRows + _spec.Directions[_direction].Index) * _size, _size);

    private static Value Placed(string name, int features, float* address)
    {
        var value = new Value(name, TensorType.Float([1, features]));
        value.Place((byte*)address);
        return value;
    }
}
