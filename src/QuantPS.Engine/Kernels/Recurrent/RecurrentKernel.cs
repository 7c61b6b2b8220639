using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// The steps of a layer. A step takes two passes: the product of the hidden state, cut as its kernel is; then gates and states, fused, whose
/// units are blocks of states of a sample.
/// </summary>
internal sealed unsafe class RecurrentKernel<TVector, TLanes> : Kernel where TLanes : struct, IFloatLanes<TVector>
{
    private const int Block = 64;

    private readonly RecurrentSpec _spec;
    private readonly NativeMemoryBlock _memory;
    private readonly Kernel[] _products;
    private readonly int _size;
    private readonly int _gatesPitch;
    private readonly float* _hidden;
    private readonly float* _cell;
    private readonly float* _gates;
    private RunSize _run;
    private int _steps;
    private int _step;
    private RecurrentDirection _direction;
    private Kernel _product;
    private bool _multiplies;

    public RecurrentKernel(RecurrentSpec spec, KernelTable kernels, InstructionSet instructionSet) : base(spec.Name, spec.Precision, instructionSet)
    {
        (_spec, _size, _gatesPitch) = (spec, spec.HiddenSize, spec.GateCount * spec.HiddenSize);
        int states = (spec.MaxBatch * _size + Block) / Block * Block;
        _memory = new NativeMemoryBlock(sizeof(float) * (2L * states + (long)spec.MaxBatch * _gatesPitch));
        _hidden = (float*)_memory.Address;
        _cell = _hidden + states;
        _gates = _cell + states;
        Value hidden = Placed("hidden", _size, _hidden), gates = Placed("gates", _gatesPitch, _gates);
        _products = Array.ConvertAll(spec.Directions, direction => direction.Hidden(kernels, hidden, gates));
        (_direction, _product) = (spec.Directions[0], _products[0]);
    }

    public override int ScratchBytes => _products.Max(product => product.ScratchBytes);

    public override int Grain => _multiplies ? _product.Grain : 16;

    public override int Alignment => _multiplies ? _product.Alignment : 1;

    public override int Passes => 2 * _steps * _products.Length;

    private int Blocks => (_size + Block - 1) / Block;

    public override void Prepare(RunSize size)
    {
        _run = size;
        _steps = _spec.Steps ?? size.Length;
    }

    public override void BeginPass(int pass)
    {
        (int step, int part) = Math.DivRem(pass, 2);
        (int direction, step) = Math.DivRem(step, _steps);
        _multiplies = part == 0;
        (_direction, _product) = (_spec.Directions[direction], _products[direction]);
        _step = direction == 0 ? step : _steps - 1 - step;
        if (!_multiplies) return;
        if (step == 0) Start();
        _product.Begin(_run.Batch);
    }

    public override void EndPass(int pass)
    {
        if (pass % (2 * _steps) == 2 * _steps - 1) Finish();
    }

    public override int Units(int batch) => _multiplies ? _product.Units(_run.Batch) : _run.Batch * Blocks;

    public override void Run(int first, int end, byte* scratch)
    {
        if (_multiplies)
        {
            // There and back again: what of the weights was read last is still in the cache when the next step begins.
            if (_step % 2 == 0) _product.Run(first, end, scratch);
            else
                for (int unit = end - 1; unit >= first; unit--) _product.Run(unit, unit + 1, scratch);
            return;
        }
        float* gates = _spec.Gates.Floats + _direction.InputStart;
        int direction = _direction == _spec.Directions[0] ? 0 : 1;
        while (first < end)
        {
            (int sample, int block) = Math.DivRem(first, Blocks);
            int blocks = Math.Min(end - first, Blocks - block), start = block * Block;
            long row = (long)sample * _steps + _step;
            var step = new RecurrentStep<TVector, TLanes>(
                gates + row * _gatesPitch * _products.Length + start, _gates + (long)sample * _gatesPitch + start, _size,
                _hidden + (long)sample * _size + start, _cell + (long)sample * _size + start,
                _spec.Output.Floats + row * _spec.Output.Pitch + direction * _size + start, Math.Min(_size, start + blocks * Block) - start);
            step.Run(_spec.Function);
            first += blocks;
        }
    }

    public override void Dispose()
    {
        foreach (Kernel product in _products) product.Dispose();
        _memory.Dispose();
    }

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

    private Span<float> Row(Value states, int sample) => new(states.Floats + ((long)sample * _spec.StateRows + _direction.Index) * _size, _size);

    private static Value Placed(string name, int features, float* address)
    {
        var value = new Value(name, TensorType.Float([1, features]));
        value.Place((byte*)address);
        return value;
    }
}
