using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Rows of a table, each or by bags. A unit is a row of the output.</summary>
internal sealed unsafe class EmbeddingKernel(EmbeddingSpec spec, InstructionSet instructionSet) : Kernel(spec.Operator, spec.Precision, instructionSet)
{
    private readonly EmbeddingTable _table = new(spec.Table);
    private readonly Value _indices = spec.Indices;
    private readonly Value _output = spec.Output;
    private readonly Value? _weights = spec.SampleWeights;
    private readonly (string Name, EmbeddingBagMode? Bag) _node = (spec.Name, spec.Bag);
    private int _perUnit = 1;
    private int _units;

    public override int Grain => 1 + 16384 / (_table.Features * _perUnit);

    public override int Units(int batch) => _units;

    public override void Prepare(RunSize size)
    {
        int indices = size.Rows(_indices) * _indices.Elements;
        _units = size.Rows(_output) * _output.Elements / _table.Features;
        _perUnit = indices / _units;
        long* index = (long*)_indices.Address;
        for (int i = 0; i < indices; i++)
            if ((ulong)index[i] >= (ulong)_table.Rows)
                throw new ArgumentException($"'{_node.Name}' has the rows 0 to {_table.Rows - 1}, and index {i} of its input is {index[i]}.");
    }

    public override void Run(int first, int end, byte* scratch)
    {
        long* index = (long*)_indices.Address + (long)first * _perUnit;
        float* to = _output.Floats + (long)first * _table.Features;
        for (int unit = first; unit < end; unit++, index += _perUnit, to += _table.Features)
            if (_node.Bag is { } mode) Reduce(mode, index, _weights is null ? null : _weights.Floats + (long)unit * _perUnit, to);
            else _table.Copy(*index, to);
    }

    public override void Dispose() => _table.Dispose();

    private void Reduce(EmbeddingBagMode mode, long* index, float* weights, float* to)
    {
        var row = new Span<float>(to, _table.Features);
        if (mode == EmbeddingBagMode.Max) _table.Copy(*index, to);
        else row.Clear();
        for (int i = mode == EmbeddingBagMode.Max ? 1 : 0; i < _perUnit; i++)
            if (mode == EmbeddingBagMode.Max) _table.Max(index[i], to);
            else _table.Add(index[i], weights is null ? 1 : weights[i], to);
        if (mode != EmbeddingBagMode.Mean) return;
        for (int i = 0; i < row.Length; i++) row[i] /= _perUnit;
    }
}
